"""Background work of the return flow. What is to be done is in the rows; each task may run twice."""

import structlog
from celery import shared_task
from celery.exceptions import OperationalError
from redis.exceptions import RedisError

from sharing.models import ReturnPackage
from sharing.returnflow import checking

log = structlog.get_logger(__name__)


@shared_task(name="sharing.check_returned")
def check_returned(package_id: int) -> None:
    checking.check(package_id)


@shared_task(name="sharing.resume_returned")
def resume_returned() -> int:
    """Every two minutes: queues packages whose worker died or that were never queued."""
    waiting = list(checking.unfinished())
    for package in waiting:
        start(package)
    return len(waiting)


def start(package: ReturnPackage) -> None:
    """Queues the check; when the queue is away, `sharing.resume_returned` finds the package."""
    try:
        check_returned.delay(package.pk)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("sharing.returned.not_queued", package=package.pk, error=type(error).__name__)
