"""How far a running job is. Only for the progress bar, hence in the cache: it may be lost."""

from contextlib import suppress

from django.core.cache import cache
from redis.exceptions import RedisError

SECONDS = 3600


def report(job: str, done: int, total: int) -> None:
    """Notes that `done` of `total` are done; `job` is a name such as "catalog-import-7"."""
    with suppress(RedisError):
        cache.set(_key(job), (done, total), SECONDS)


def read(job: str) -> tuple[int, int] | None:
    """(done, total), None when nothing is known."""
    with suppress(RedisError):
        found: tuple[int, int] | None = cache.get(_key(job))
        return found
    return None


def _key(job: str) -> str:
    return f"progress-{job}"
