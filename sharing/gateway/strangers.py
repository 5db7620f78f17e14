"""Calls without a valid code or key: anybody can make them, and every record of one is kept for years.

The rule: of one address (of one /64 in IPv6), the first PER_MINUTE such calls of a minute are
recorded one by one and told what is wrong. The next is recorded as too many; those after it until
the minute ends are refused without a record of their own, counted in the log and the metrics only.
Calls with a known code and its secret are never held up here, and every one of them is recorded.

When Redis is away all addresses share one allowance, counted from the records of the minute:
tighter, never looser.
"""

from datetime import datetime, timedelta
from enum import Enum

from django.core.cache import cache

from citybrain.addresses import origin_of
from sharing.gateway.quota import counters
from sharing.models import OpenCall, ServiceCall

PER_MINUTE = 60
MINUTE = timedelta(minutes=1)


class Treatment(Enum):
    """What is done with one call by a stranger."""

    RECORD = "record"
    RECORD_AS_TOO_MANY = "record as too many"
    REFUSE = "refuse"


def treat(ip: str, at: datetime) -> Treatment:
    """Counts one call without a valid code and says what is done with it."""
    minute = at.replace(second=0, microsecond=0)
    key = cache.make_key(f"strangers:{origin_of(ip)}:{minute.timestamp():.0f}")
    number = counters.one_more(key, 2 * int(MINUTE.total_seconds()))
    if number is None:
        number = _recorded_since(minute) + 1
    if number <= PER_MINUTE:
        return Treatment.RECORD
    return Treatment.RECORD_AS_TOO_MANY if number == PER_MINUTE + 1 else Treatment.REFUSE


def _recorded_since(minute: datetime) -> int:
    found = 0
    for calls in (
        ServiceCall.objects.filter(at__gte=minute, authorization=None),
        OpenCall.objects.filter(at__gte=minute, key=None),
    ):
        found += calls.order_by().values("pk")[: PER_MINUTE + 1].count()
    return found
