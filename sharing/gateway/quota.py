"""The daily quota of an authorization: counted in Redis, and from the records where Redis cannot say.

The count of a day begins from the call records, under a lock, and goes on in Redis with one round
trip per call. When Redis is away every call is counted from the records under that lock: slower,
never looser.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache

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
LOCK_CLASS = 0x5148  # the first half of the advisory locks taken here
ONE_MORE = """
local n = redis.call('incr', KEYS[1])
if n == 1 then redis.call('expire', KEYS[1], ARGV[1]) end
return n
"""
# Counts only where a count has begun: a key that Redis lost must begin from the records again.
TAKE = "if redis.call('exists', KEYS[1]) == 1 then return redis.call('incr', KEYS[1]) end"


@contextmanager
def one_call(grant: Grant, at: datetime) -> Iterator[bool]:
    """Takes one call of the quota of the day of `at`; yields whether one was left.

    The record of the call must be written within the block: whoever counts from the records next
    waits until then.
    """
    key = key_of(grant.authorization_id, at)
    used = counters.take(key)
    if used is not None:
        yield used <= grant.daily_quota
        return
    with transaction.atomic():
        _lock(grant.authorization_id)
        used = counters.take(key)  # somebody else may have begun the count meanwhile
        if used is None:
            used = served_on_day(grant.authorization_id, at) + 1
            counters.begin(key, used)
        yield used <= grant.daily_quota


def key_of(authorization_id: int, at: datetime) -> str:
    """Where Redis keeps the count of that authorization's day (Asia/Shanghai)."""
    return cache.make_key(f"quota:{authorization_id}:{timezone.localdate(at):%Y%m%d}")


def served_on_day(authorization_id: int, at: datetime) -> int:
    """Calls served under the authorization since midnight of the day of `at`, from the record."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return ServiceCall.objects.filter(
        authorization=authorization_id, at__gte=midnight, outcome=Outcome.SERVED
    ).count()


def _lock(authorization_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, authorization_id % 2**31]
        )


class Counters:
    """The counts in Redis, and what this process knows of Redis being away."""

    def __init__(self) -> None:
        self.away_until = 0.0
        self.doubtful: set[str] = set()

    def take(self, key: str) -> int | None:
        """Counts one call and returns the new count; None when there is no count to go on from."""
        if time.monotonic() < self.away_until:
            self.doubtful.add(key)
            return None
        try:
            client = _client(str(settings.CACHES["default"]["LOCATION"]))
            self._forget_doubtful(client)
            used = client.eval(TAKE, 1, key)
        except (redis.RedisError, OSError) as error:
            self._away(key, error)
            return None
        return None if used is None else int(used)

    def begin(self, key: str, used: int) -> None:
        """Begins a count at `used`, unless Redis is away."""
        if time.monotonic() < self.away_until:
            return
        try:
            _client(str(settings.CACHES["default"]["LOCATION"])).set(
                key, used, ex=TWO_DAYS, nx=True
            )
        except (redis.RedisError, OSError) as error:
            self._away(key, error)

    def one_more(self, key: str, seconds: int) -> int | None:
        """Counts one under a key that lives so many seconds; None when Redis is away."""
        if time.monotonic() < self.away_until:
            return None
        try:
            client = _client(str(settings.CACHES["default"]["LOCATION"]))
            return int(client.eval(ONE_MORE, 1, key, seconds))
        except (redis.RedisError, OSError) as error:
            self._leave_alone(error)
            return None

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


@lru_cache(maxsize=4)
def _client(location: str) -> redis.Redis:
    # Once more and no oftener: a connection that has gone stale is replaced by that.
    return redis.Redis.from_url(
        location,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 1),
    )


counters = Counters()
