"""Prometheus metrics: requests by route here, business figures computed when they are asked for."""

import os
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

REQUESTS = Counter("citybrain_requests_total", "Answers given", ["route", "method", "status"])
SECONDS = Histogram(
    "citybrain_request_seconds",
    "Time to answer, in seconds",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


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
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
