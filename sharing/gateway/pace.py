"""Whether a call with a valid code may pass now: its rate, its nonce and its quota, in one step.

Redis decides all three with one round trip, exactly across processes. The rate is counted by
calendar second. While Redis is away:

- calls that must be signed (items of grade 3 or above) are refused with 503 and Retry-After: a
  nonce or a rate that nobody can check is no protection;
- other calls go on: the day's quota is counted from the records (sharing/gateway/quota.py), the
  rate by each process for itself.

A nonce is remembered by Redis for as long as its signature would be taken. What Redis forgets, in
a restart say, the database knows: recording.py writes the nonce with the record of the call.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from sharing.codes.signing import SKEW
from sharing.gateway.admission import Call
from sharing.gateway.grants import Grant
from sharing.gateway.objections import (
    Objection,
    Taken,
    not_counted,
    over_quota,
    replayed,
    too_fast,
)
from sharing.gateway.quota import Share, counted_from_records, counters, share_of

TOO_FAST, REPLAYED, NOT_BEGUN = -1, -2, 0
MAY_GO = """
local n = redis.call('incr', KEYS[1])
if n == 1 then redis.call('expire', KEYS[1], 2) end
if n > tonumber(ARGV[1]) then return -1 end
if KEYS[3] and not redis.call('set', KEYS[3], 1, 'NX', 'EX', ARGV[2]) then return -2 end
if redis.call('exists', KEYS[2]) == 1 then return redis.call('incr', KEYS[2]) end
return 0
"""
MOST_KNOWN = 10_000


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a caller may call: so many times a second, and its share of the day.

    `rate` names what is counted by the second. `closes` says that nothing is served while Redis is
    away; `nonce` is that of a signed call.
    """

    rate: str
    per_second: int
    share: Share
    closes: bool = False
    nonce: str = ""


@contextmanager
def one_call(call: Call, grant: Grant) -> Iterator[Objection | None]:
    """Takes one call; yields why it may not pass, or None. Its record is written in the block.

    A call that is looked up again has been taken already.
    """
    if call.taken is not None:
        used = call.taken.used
        yield call.taken.objection if used is None else _of_the_day(share_of(grant), used)
        return
    code = grant.code
    assert code is not None  # noqa: S101 - narrows: a call to the gateway has a code
    pace = Pace(f"rate:{code.id}", code.per_second, share_of(grant), code.signs, call.nonce)
    with take(pace, call.at) as taken:
        call.taken = taken
        yield taken.objection


@contextmanager
def take(pace: Pace, at: datetime) -> Iterator[Taken]:
    """The same for any caller. The record of the call is written in the block."""
    quota_key = pace.share.key_of(at)
    second = int(at.timestamp())
    keys = [cache.make_key(f"{pace.rate}:{second}"), quota_key]
    if pace.nonce:
        keys.append(cache.make_key(f"nonce:{pace.rate}:{pace.nonce}"))
    taken = counters.run(MAY_GO, keys, [pace.per_second, 2 * SKEW])
    if taken is None:
        counters.doubtful.add(quota_key)
        objection = not_counted() if pace.closes else _local.objection(pace, second)
    elif taken == TOO_FAST:
        objection = too_fast(pace.per_second)
    elif taken == REPLAYED:
        objection = replayed()
    else:
        objection = _of_the_day(pace.share, taken)
    if objection is not None or taken:
        yield Taken(objection, taken if taken and taken > 0 else None)
        return
    with counted_from_records(pace.share, at) as used:
        yield Taken(_of_the_day(pace.share, used), used)


def _of_the_day(share: Share, used: int) -> Objection | None:
    return over_quota(share.quota) if used > share.quota else None


class LocalRates:
    """Calls a second in this process, while Redis is away."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, int]] = {}

    def objection(self, pace: Pace, second: int) -> Objection | None:
        if len(self._counts) > MOST_KNOWN:
            self._counts.clear()
        last, count = self._counts.get(pace.rate, (second, 0))
        count = count + 1 if last == second else 1
        self._counts[pace.rate] = (second, count)
        return too_fast(pace.per_second) if count > pace.per_second else None


_local = LocalRates()
