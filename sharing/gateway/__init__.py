"""The gateway: checks an authorization code, serves exactly what it covers, records every call."""
