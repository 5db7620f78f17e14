"""From where, when, how often and until when a code may be used (HK-38)."""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from sharing.codes.choices import HOURS, MOST_NETWORKS, MOST_RATE, USUAL_RATE, WIDEST

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Bounds:
    """No networks and no hours mean anywhere and at any time; no `valid_until`, with the grant.

    With `states_purpose` every call says what the data is for, which is compared with the grant.
    """

    networks: Sequence[str] = ()
    from_hour: int | None = None
    until_hour: int | None = None
    per_second: int = USUAL_RATE
    valid_until: date | None = None
    states_purpose: bool = False

    def checked(self, *, latest: date) -> "Bounds":
        """The same in canonical form. Raises ValidationError by field.

        `latest` is the last day of the authorization, beyond which no code goes.
        """
        errors: dict[str, str] = {}
        networks: Sequence[str] = ()
        try:
            networks = canonical_networks(self.networks)
        except ValidationError as error:
            errors["networks"] = error.messages[0]
        hours = (self.from_hour, self.until_hour)
        if any(hour is not None and not 0 <= hour <= HOURS for hour in hours) or (
            (self.from_hour is None) != (self.until_hour is None)
            or (self.from_hour is not None and self.from_hour == self.until_hour)
        ):
            errors["from_hour"] = _("使用时段应给出0到24点之间不同的起止时间，或者都不填。")
        if not 1 <= self.per_second <= MOST_RATE:
            errors["per_second"] = _("每秒调用次数应为1到%d。") % MOST_RATE
        if self.valid_until and not timezone.localdate() <= self.valid_until <= latest:
            errors["valid_until"] = _("授权码有效期应在今天和授权截止日期（%s）之间。") % latest
        if errors:
            raise ValidationError(errors)
        return replace(self, networks=networks)


def canonical_networks(texts: Iterable[str]) -> list[str]:
    """Networks in CIDR notation, each once; single addresses become /32 or /128.

    Raises ValidationError naming the line that is none.
    """
    found: dict[str, None] = {}
    for text in texts:
        try:
            network = ipaddress.ip_network(text.strip(), strict=False)
        except ValueError as error:
            raise ValidationError(
                _("“%s”不是网络地址，应为10.46.2.0/24或10.46.2.11这样的写法。") % text[:50]
            ) from error
        if network.prefixlen < WIDEST[network.version]:
            raise ValidationError(_("网段“%s”过大，请写明调用方系统所在的网段。") % network)
        found[str(network)] = None
    if len(found) > MOST_NETWORKS:
        raise ValidationError(_("最多填写%d个网段。") % MOST_NETWORKS)
    return list(found)


@lru_cache(maxsize=4096)
def _network(text: str) -> Network:
    return ipaddress.ip_network(text)


def lies_within(ip: str, networks: Iterable[str]) -> bool:
    """Whether the address is in one of the networks."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if address.version == 6 and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in _network(text) for text in networks)


def is_open(hour: int, from_hour: int | None, until_hour: int | None) -> bool:
    """Whether the hour of the day (Asia/Shanghai) lies in the hours, which may span midnight."""
    if from_hour is None or until_hour is None:
        return True
    if from_hour < until_hour:
        return from_hour <= hour < until_hour
    return hour >= from_hour or hour < until_hour
