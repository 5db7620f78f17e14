"""Open-data developers 开放数据开发者: outsiders with keys for open services (HK-17).

They register by mail and are no users of the portal: no account, no password, a session of their own
that opens their own pages under /open/developers/ and nothing else.
"""
