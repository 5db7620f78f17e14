"""Prometheus metrics: requests by route here, business figures computed when they are asked for."""

import os
import secrets
from collections.abc import Callable, Iterator

import redis
import structlog
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from citybrain.audit import sealing
from citybrain.duties.choices import DutyState
from citybrain.duties.models import Duty
from citybrain.duties.queries import in_state

log = structlog.get_logger(__name__)
REQUESTS = Counter("citybrain_requests_total", "Answers given", ["route", "method", "status"])
SECONDS = Histogram(
    "citybrain_request_seconds",
    "Time to answer, in seconds",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def _queued() -> int:
    """Jobs waiting in the queue, those in hand not counted."""
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2
    ) as server:
        return int(server.llen("celery"))


FIGURES: dict[str, tuple[str, Callable[[], int]]] = {
    "citybrain_duties_open": (
        "Statutory deadlines running", lambda: Duty.objects.open().count()
    ),
    "citybrain_duties_overdue": (
        "Statutory deadlines breached and still open",
        lambda: in_state(Duty.objects.all(), DutyState.OVERDUE).count(),
    ),
    "citybrain_audit_unsealed": (
        "Audit records that no seal covers yet", lambda: sealing.unsealed().count()
    ),
    "citybrain_queue_length": ("Jobs waiting in the queue", _queued),
}  # fmt: skip


class BusinessFigures(Collector):
    """Counted at each scrape; a figure that cannot be had now is left out."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, (what, count) in FIGURES.items():
            try:
                yield GaugeMetricFamily(name, what, value=count())
            except (DatabaseError, redis.RedisError) as error:
                log.error("figure_failed", figure=name, error=type(error).__name__)


def answered(*, route: str, method: str, status: int, seconds: float) -> None:
    """Counts one answer. `seconds` is wall time inside the portal."""
    REQUESTS.labels(route, method, str(status)).inc()
    SECONDS.labels(route).observe(seconds)


def metrics(request: HttpRequest) -> HttpResponse:
    """GET /metrics with `Authorization: Bearer <CITYBRAIN_METRICS_TOKEN>`."""
    given = request.headers.get("Authorization", "")
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if not secrets.compare_digest(given.encode(), expected.encode()):
        return HttpResponseForbidden("metrics token required\n", content_type="text/plain")
    answer = CollectorRegistry()
    answer.register(BusinessFigures())
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(answer)
        return HttpResponse(generate_latest(answer), content_type=CONTENT_TYPE_LATEST)
    return HttpResponse(
        generate_latest(REGISTRY) + generate_latest(answer), content_type=CONTENT_TYPE_LATEST
    )
