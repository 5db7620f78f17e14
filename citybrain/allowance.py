"""How often one network address may do something: counted in Redis, exact across processes."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from redis.exceptions import RedisError

from citybrain.addresses import origin_of
from citybrain.crypto import hmac_sm3_hex


def one_more(what: str, ip: str, at: datetime, period: timedelta) -> int | None:
    """Counts one use by this address (one /64 in IPv6); how many it made in the present period.

    None when Redis is away: whoever asks decides what holds then.
    """
    seconds = int(period.total_seconds())
    # Only a keyed hash is kept: nobody reads from it whose address it was.
    whose = hmac_sm3_hex(settings.CODE_PEPPER.encode(), f"{what}|{origin_of(ip)}".encode())
    key = f"allowance:{whose}:{int(at.timestamp()) // seconds}"
    try:
        cache.add(key, 0, 2 * seconds)
        return int(cache.incr(key))
    except (RedisError, ValueError):
        return None


def used_up(request: HttpRequest, period: timedelta) -> HttpResponse:
    """The answer to one use too many: 429, and when to come again."""
    response = render(request, "errors/429.html", {"retry_after": ""}, status=429)
    response["Retry-After"] = str(int(period.total_seconds()))
    return response
