"""Taking a row for background work: whoever claims it first does it, and a dead claim expires.

The row has `claimed_at` and `attempts`. What is to be done is in its state, never in the queue.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

CLAIM = timedelta(minutes=5)
MOST_ATTEMPTS = 3


def free(now: datetime | None = None) -> Q:
    """The condition that a row is in nobody's hands."""
    now = now or timezone.now()
    return Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM)


def take(rows: QuerySet[Any]) -> bool:
    """Claims the one row of `rows` if it is free; commits at once outside a transaction."""
    now = timezone.now()
    return bool(rows.filter(free(now)).update(claimed_at=now, attempts=F("attempts") + 1))
