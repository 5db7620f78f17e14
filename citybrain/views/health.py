"""Is the process alive, and is the portal ready for people: for load balancers and `make run`."""

from collections.abc import Callable

import structlog
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citybrain import heartbeat

log = structlog.get_logger(__name__)
HEARTBEAT_SECONDS = 120
OK = "ok"


class NotReady(Exception):
    """A part works but is not as it should be; the text is fit to be shown to anybody."""


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; asks nobody else."""
    return JsonResponse({"alive": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when every part works, else 503: `{"ready": false, "parts": {"worker": "…", …}}`.

    What exactly failed is in the log, never in the answer: addresses stay inside.
    """
    parts = {name: _state(name, check) for name, check in CHECKS.items()}
    ready = all(state == OK for state in parts.values())
    return JsonResponse({"ready": ready, "parts": parts}, status=200 if ready else 503)


def _state(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except NotReady as reason:
        return str(reason)
    except Exception as error:  # whatever a driver may raise means the same here
        log.error("readiness_failed", part=name, error=type(error).__name__)
        return "failed"
    return OK


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    """Asked again until none is pending: code and tables of one process do not part afterwards."""
    if _Migrated.done:
        return
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        raise NotReady(f"{len(pending)} pending")
    _Migrated.done = True


class _Migrated:
    done = False


def _redis() -> None:
    heartbeat.age()


def _worker() -> None:
    age = heartbeat.age()
    if age is None:
        raise NotReady("no heartbeat yet")
    if age > HEARTBEAT_SECONDS:
        raise NotReady(f"last heartbeat {age:.0f} s ago")


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "redis": _redis,
    "worker": _worker,
}
