"""How far a running import is. Only for the progress bar, hence in the cache: it may be lost."""

from contextlib import suppress

from django.core.cache import cache
from redis.exceptions import RedisError

SECONDS = 3600


def report(batch_id: int, done: int, total: int) -> None:
    with suppress(RedisError):
        cache.set(_key(batch_id), (done, total), SECONDS)


def read(batch_id: int) -> tuple[int, int] | None:
    """(done, total) in entries, None when nothing is known."""
    with suppress(RedisError):
        found: tuple[int, int] | None = cache.get(_key(batch_id))
        return found
    return None


def _key(batch_id: int) -> str:
    return f"catalog-import-{batch_id}"
