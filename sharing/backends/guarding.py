"""Where a backend may be: on the public internet, or in the networks that the bureau confirmed.

Nothing ever leads to this machine, to its neighbours by link, or to a cloud's metadata address.
"""

import ipaddress
from collections.abc import Iterable

import httpx
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from citybrain.outgoing import Guard, IPNetwork, OutgoingError
from sharing.choices import ServiceKind

WIDEST_IPV4, WIDEST_IPV6 = 16, 48
MOST_NETWORKS = 8
# Addresses inside private ranges under which clouds answer with credentials.
METADATA = tuple(map(ipaddress.ip_network, ("192.0.0.192/32", "fd00:ec2::/32")))
LOWEST_PORT, HIGHEST_PORT = 1024, 65535


def guard_of(networks: Iterable[str]) -> Guard:
    """A guard that lets these networks through besides those of the installation."""
    return Guard(map(ipaddress.ip_network, (*settings.OUTGOING_NETWORKS, *networks)))


def check_networks(texts: Iterable[str]) -> list[str]:
    """The networks in their usual spelling. Raises ValidationError naming the one at fault."""
    found: list[str] = []
    for text in texts:
        try:
            network = ipaddress.ip_network(text)
        except ValueError:
            raise ValidationError(
                _("“%s”不是网段，请写成 10.20.30.0/24 或单个地址。") % text[:60]
            ) from None
        if not _is_inside(network):
            raise ValidationError(
                _(
                    "“%s”不能作为允许的网段：须是政务内网地址，范围不大于/16，且不含本机和云平台保留地址。"
                )
                % text[:60]
            )
        found.append(str(network))
    if len(found) > MOST_NETWORKS:
        raise ValidationError(_("最多%d个网段。") % MOST_NETWORKS)
    return list(dict.fromkeys(found))


def _is_inside(network: IPNetwork) -> bool:
    widest = WIDEST_IPV4 if network.version == 4 else WIDEST_IPV6
    reserved = (
        network.is_loopback, network.is_link_local, network.is_multicast, network.is_unspecified,
        network.is_reserved,
    )  # fmt: skip
    return (
        network.is_private
        and network.prefixlen >= widest
        and not any(reserved)
        and not any(network.version == one.version and network.overlaps(one) for one in METADATA)
    )


def check_url(address: str) -> None:
    """Raises ValidationError unless the address is one of a web server, without a query."""
    try:
        url = httpx.URL(address)
        Guard().judge(url)
    except (httpx.InvalidURL, ValueError, UnicodeError):
        raise ValidationError(_("地址的写法不对，请检查。")) from None
    except OutgoingError as error:
        raise ValidationError(str(error)) from None
    if url.query or url.fragment:
        raise ValidationError(_("地址中不要带查询参数，参数在下面对应。"))


def check_database(address: str) -> None:
    """Raises ValidationError unless the address is `host:port/database`."""
    try:
        database_of(address)
    except ValueError:
        raise ValidationError(
            _("数据库地址写成 主机:端口/库名，例如 10.20.30.40:5432/pop。")
        ) from None


def database_of(address: str) -> tuple[str, int, str]:
    """Host, port and name of a database. Raises ValueError."""
    place, _slash, name = address.partition("/")
    host, _colon, port = place.rpartition(":")
    number = int(port)
    if not host or not name or "/" in name or not LOWEST_PORT <= number <= HIGHEST_PORT:
        raise ValueError(address)
    return host.strip("[]"), number, name


CHECKS = {ServiceKind.UPSTREAM: check_url, ServiceKind.VIEW: check_database}
