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
from datetime import datetime

from django.core.cache import cache

from sharing.codes.signing import SKEW
from sharing.gateway.grants import CodeTerms, Grant
from sharing.gateway.objections import (
    Objection,
    not_counted,
    over_quota,
    replayed,
    too_fast,
)
from sharing.gateway.quota import counted_from_records, counters, key_of

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


@contextmanager
def one_call(grant: Grant, at: datetime, nonce: str = "") -> Iterator[Objection | None]:
    """Takes one call; yields why it may not pass, or None. Its record is written in the block."""
    code = grant.code
    assert code is not None  # noqa: S101 - narrows: a call to the gateway has a code
    quota_key = key_of(grant, at)
    second = int(at.timestamp())
    keys = [cache.make_key(f"rate:{code.id}:{second}"), quota_key]
    if nonce:
        keys.append(cache.make_key(f"nonce:{code.id}:{nonce}"))
    taken = counters.run(MAY_GO, keys, [code.per_second, 2 * SKEW])
    if taken is None:
        counters.doubtful.add(quota_key)
        objection = not_counted() if code.signs else _local.objection(code, second)
    elif taken == TOO_FAST:
        objection = too_fast(code.per_second)
    elif taken == REPLAYED:
        objection = replayed()
    else:
        objection = over_quota(grant.quota) if taken > grant.quota else None
    if objection is not None or taken:
        yield objection
        return
    with counted_from_records(grant, at) as is_left:
        yield None if is_left else over_quota(grant.quota)


class LocalRates:
    """Calls a second in this process, while Redis is away."""

    def __init__(self) -> None:
        self._counts: dict[int, tuple[int, int]] = {}

    def objection(self, code: CodeTerms, second: int) -> Objection | None:
        if len(self._counts) > MOST_KNOWN:
            self._counts.clear()
        last, count = self._counts.get(code.id, (second, 0))
        count = count + 1 if last == second else 1
        self._counts[code.id] = (second, count)
        return too_fast(code.per_second) if count > code.per_second else None


_local = LocalRates()
