"""How much one address may send: enough for a person, too little for a machine.

When Redis is away all addresses share one allowance, counted from the demands of the hour: tighter,
never looser.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner

from catalog.models import Demand
from citybrain import allowance
from citybrain.addresses import origin_of
from citybrain.crypto import hmac_sm3_hex

PER_HOUR = 5
HOUR = timedelta(hours=1)
# Nobody fills in the form faster; a page that has been open longer is loaded again.
LEAST_SECONDS, MOST_SECONDS = 3, 24 * 3600
SIGNER = TimestampSigner(salt="catalog.demand.form")


def may_send(ip: str, at: datetime) -> bool:
    """Counts one demand of this address and says whether it is taken."""
    number = allowance.one_more("demands", ip, at, HOUR)
    if number is not None:
        return number <= PER_HOUR
    hour = at.replace(minute=0, second=0, microsecond=0)
    return Demand.objects.filter(received_at__gte=hour).count() < PER_HOUR


def opened() -> str:
    """What the form brings back, to tell how long somebody wrote."""
    return SIGNER.sign("form")


def was_written(mark: str) -> bool:
    """Whether the form was open as long as writing takes, and not for days."""
    return is_fresh(mark) and not _is_younger(mark, LEAST_SECONDS)


def is_fresh(mark: str) -> bool:
    """Whether the mark is the portal's own, and not too old."""
    return _is_younger(mark, MOST_SECONDS)


def _is_younger(mark: str, seconds: int) -> bool:
    try:
        SIGNER.unsign(mark, max_age=seconds)
    except BadSignature:
        return False
    return True


def supporter(demand: Demand, browser: str, ip: str) -> dict[str, str]:
    """The keyed hashes of a supporter: nothing can be read from them, nor compared elsewhere."""
    return {
        "browser": _hash(f"browser-{demand.pk}", browser),
        "address": _hash(f"address-{demand.pk}", origin_of(ip)),
    }


def _hash(what: str, text: str) -> str:
    return hmac_sm3_hex(settings.CODE_PEPPER.encode(), f"demand|{what}|{text}".encode())
