"""The daily quota of whoever calls: counted in Redis, and from the records where Redis cannot say.

The count of a day begins from the call records, under a lock, and goes on in Redis with one round
trip per call. When Redis is away every call is counted from the records under that lock: slower,
never looser.
"""

import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import redis
import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone
from redis.backoff import NoBackoff
from redis.retry import Retry

from sharing.choices import Outcome
from sharing.gateway.grants import Grant
from sharing.models import ServiceCall

log = structlog.get_logger(__name__)
TWO_DAYS = 2 * 24 * 3600
PATIENCE = 0.5  # seconds that a call waits for Redis
PAUSE = 5.0  # seconds during which Redis is left alone after it failed
LOCK_CLASS = 0x5148_0000  # the first halves of the advisory locks taken here begin so
ONE_MORE = """
local n = redis.call('incr', KEYS[1])
if n == 1 then redis.call('expire', KEYS[1], ARGV[1]) end
return n
"""
READ = "return redis.call('get', KEYS[1])"
# Counts only where a count has begun: a key that Redis lost must begin from the records again.
TAKE = "if redis.call('exists', KEYS[1]) == 1 then return redis.call('incr', KEYS[1]) end"


@dataclass(frozen=True, slots=True)
class Share:
    """Calls of one holder that are counted together, and how many of them a day has.

    `name` and `holder` say whose they are; `served_since` counts them in the records.
    """

    name: str
    holder: int
    quota: int
    served_since: Callable[[datetime], int]

    def key_of(self, at: datetime) -> str:
        """Where Redis keeps the count of the day (Asia/Shanghai); tests count on their own."""
        return cache.make_key(f"{self.name}:{self.holder}:{timezone.localdate(at):%Y%m%d}")

    def served_on_day(self, at: datetime) -> int:
        """Calls served since midnight of the day of `at`, from the records."""
        midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
        return self.served_since(midnight)

    def used(self, at: datetime) -> int:
        """Calls of the day so far, without taking one."""
        known = counters.run(READ, [self.key_of(at)], [])
        return self.served_on_day(at) if known is None else known


def share_of(grant: Grant) -> Share:
    """The share of an authorization in the environment that it is used in."""

    def served_since(midnight: datetime) -> int:
        return ServiceCall.objects.filter(
            authorization=grant.authorization_id,
            at__gte=midnight,
            outcome=Outcome.TRIED if grant.is_trial else Outcome.SERVED,
        ).count()

    name = "trials" if grant.is_trial else "quota"
    return Share(name, grant.authorization_id, grant.quota, served_since)


@contextmanager
def one_call(grant: Grant, at: datetime) -> Iterator[bool]:
    """Takes one call of the quota of the day of `at`; yields whether one was left.

    The record of the call must be written within the block: whoever counts from the records next
    waits until then.
    """
    share = share_of(grant)
    used = counters.take(share.key_of(at))
    if used is not None:
        yield used <= share.quota
        return
    with counted_from_records(share, at) as counted:
        yield counted <= share.quota


@contextmanager
def counted_from_records(share: Share, at: datetime) -> Iterator[int]:
    """Takes one call where Redis has no count: from the records, one call of the holder at a time.

    Yields how many were taken with this one.
    """
    key = share.key_of(at)
    with transaction.atomic():
        _lock(share)
        used = counters.take(key)  # somebody else may have begun the count meanwhile
        if used is None:
            used = share.served_on_day(at) + 1
            counters.begin(key, used)
        yield used


def _lock(share: Share) -> None:
    lock_class = LOCK_CLASS + zlib.crc32(share.name.encode()) % 2**16
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [lock_class, share.holder % 2**31])


class Counters:
    """The counts in Redis, and what this process knows of Redis being away."""

    def __init__(self) -> None:
        self.away_until = 0.0
        self.doubtful: set[str] = set()

    def take(self, key: str) -> int | None:
        """Counts one call and returns the new count; None when there is no count to go on from."""
        used = self.run(TAKE, [key], [])
        if used is None and self.is_away:
            self.doubtful.add(key)
        return used

    def run(self, script: str, keys: list[str], values: list[str | int]) -> int | None:
        """What a script answers that gives a number or nothing; None when Redis is away."""
        if self.is_away:
            return None
        try:
            client = _client(str(settings.CACHES["default"]["LOCATION"]))
            self._forget_doubtful(client)
            found = client.eval(script, len(keys), *keys, *values)
        except (redis.RedisError, OSError) as error:
            self._leave_alone(error)
            return None
        return None if found is None else int(found)

    @property
    def is_away(self) -> bool:
        """Whether Redis failed a moment ago and is left alone."""
        return time.monotonic() < self.away_until

    def begin(self, key: str, used: int) -> None:
        """Begins a count at `used`, unless Redis is away."""
        if self.is_away:
            return
        try:
            _client(str(settings.CACHES["default"]["LOCATION"])).set(
                key, used, ex=TWO_DAYS, nx=True
            )
        except (redis.RedisError, OSError) as error:
            self._away(key, error)

    def one_more(self, key: str, seconds: int) -> int | None:
        """Counts one under a key that lives so many seconds; None when Redis is away."""
        return self.run(ONE_MORE, [key], [seconds])

    def _forget_doubtful(self, client: redis.Redis) -> None:
        """Calls were counted without Redis: what it says of these days is too little."""
        if not self.doubtful:
            return
        keys, self.doubtful = self.doubtful, set()
        try:
            client.delete(*keys)
        except (redis.RedisError, OSError):
            self.doubtful |= keys
            raise

    def _away(self, key: str, error: Exception) -> None:
        self._leave_alone(error)
        self.doubtful.add(key)

    def _leave_alone(self, error: Exception) -> None:
        log.warning("quota_without_redis", error=type(error).__name__)
        self.away_until = time.monotonic() + PAUSE


def _client(location: str) -> redis.Redis:
    """A client of this thread with one connection: borrowing one each time costs half a round trip."""
    known: dict[str, redis.Redis] = _clients.__dict__
    if location not in known:
        # Once more and no oftener: a connection that has gone stale is replaced by that.
        known[location] = redis.Redis.from_url(
            location,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 1),
            single_connection_client=True,
        )
    return known[location]


_clients = threading.local()


counters = Counters()
