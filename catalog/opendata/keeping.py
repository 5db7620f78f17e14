"""Documents of the whole open catalog: written once for each state of it, then kept for a while."""

from collections.abc import Callable
from contextlib import suppress

from django.core.cache import cache
from redis.exceptions import RedisError

from catalog.opendata import addresses
from catalog.opendata.queries import Stamp

KEPT_SECONDS = 600


def kept(name: str, stamp: Stamp, write: Callable[[], bytes]) -> bytes:
    """The document as it was written for this state of the catalog; Redis may be away."""
    key = f"open-catalog-{addresses.catalog_url()}-{name}-{stamp}"
    with suppress(RedisError):
        found: bytes | None = cache.get(key)
        if found is not None:
            return found
    document = write()
    with suppress(RedisError):
        cache.set(key, document, KEPT_SECONDS)
    return document
