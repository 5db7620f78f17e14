"""Background work of harvesting. What is to be done is in the runs; each task may run twice."""

import structlog
from celery import shared_task
from celery.exceptions import OperationalError
from redis.exceptions import RedisError

from catalog.harvest.services import runs, sources
from catalog.models import HarvestRun

log = structlog.get_logger(__name__)


@shared_task(name="catalog.harvest_run")
def harvest_run(run_id: int) -> None:
    """Asks one source, then lets the next one begin that had to wait for it."""
    runs.run(run_id)
    following = sources.waiting().exclude(pk=run_id).order_by("pk").first()
    if following is not None:
        _queue(following.pk)


@shared_task(name="catalog.harvest")
def harvest() -> int:
    """Every ten minutes: runs whose time has come, were never queued, or whose worker died."""
    sources.order_what_is_due()
    waiting = list(sources.waiting().values_list("pk", flat=True))
    for pk in waiting:
        _queue(pk)
    return len(waiting)


def start(run: HarvestRun) -> bool:
    """Queues the run once it is committed; False when the queue is away. Nothing is lost then."""
    return _queue(run.pk)


def _queue(pk: int) -> bool:
    try:
        harvest_run.delay(pk)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("catalog.harvest.not_queued", run=pk, error=type(error).__name__)
        return False
    return True
