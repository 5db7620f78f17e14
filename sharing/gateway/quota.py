"""The daily quota of an authorization, counted in Redis, exact across processes.

Without Redis the count is taken from the call records themselves: slower, never looser.
"""

from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

from sharing.choices import Outcome
from sharing.models import Authorization, ServiceCall

TWO_DAYS = 2 * 24 * 3600


def take(authorization: Authorization) -> bool:
    """Takes one call of today's quota (Asia/Shanghai); False when none is left."""
    today = timezone.localdate()
    key = f"quota:{authorization.pk}:{today:%Y%m%d}"
    try:
        cache.add(key, 0, TWO_DAYS)
        used = int(cache.incr(key))
    except (RedisError, ValueError, OSError):
        start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        served = ServiceCall.objects.filter(
            authorization=authorization, at__gte=start, outcome=Outcome.SERVED
        )
        used = served.count() + 1
    return used <= authorization.daily_quota
