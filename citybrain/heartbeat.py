"""The sign of life of the background workers: a time in Redis, renewed by a job of the scheduler.

A fresh one proves the whole way: scheduler, queue and a worker that takes work.
"""

import time
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.core.cache import cache

KEY = "worker-heartbeat"
KEPT_SECONDS = 24 * 3600


@shared_task(name="citybrain.heartbeat")
def beat() -> None:
    cache.set(KEY, time.time(), timeout=KEPT_SECONDS)


@worker_ready.connect
def beat_at_start(**_kwargs: Any) -> None:
    """A worker that has just started need not wait for the scheduler to be believed."""
    beat()


def age() -> float | None:
    """Seconds since the last beat of any worker; None when there was none for a day."""
    last = cache.get(KEY)
    return None if last is None else max(0.0, time.time() - last)
