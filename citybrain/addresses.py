"""Whose a network address is: what is counted as one caller."""

import ipaddress


def origin_of(ip: str) -> str:
    """The address, or in IPv6 the network that one subscriber has all addresses of."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)
