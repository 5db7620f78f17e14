"""Background work of delivery. What is to be done is in the rows; each task may run twice."""

import structlog
from celery import shared_task
from celery.exceptions import OperationalError
from redis.exceptions import RedisError

from sharing.delivery import building, planning
from sharing.models import ExchangePackage

log = structlog.get_logger(__name__)


@shared_task(name="sharing.build_package")
def build_package(package_id: int) -> None:
    building.build(package_id)


@shared_task(name="sharing.exchange")
def exchange() -> int:
    """Begins packages that are due, and queues those that no worker has."""
    for authorization in planning.exchanged():
        planning.begin_if_due(authorization)
    for redelivery in planning.mended():
        planning.begin_mended(redelivery)
    waiting = list(building.unfinished())
    for package in waiting:
        start(package)
    return len(waiting)


@shared_task(name="sharing.clear_packages")
def clear_packages() -> int:
    return building.clear()


def start(package: ExchangePackage) -> None:
    """Queues the building; when the queue is away, `sharing.exchange` finds the package."""
    try:
        build_package.delay(package.pk)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("sharing.package.not_queued", package=package.pk, error=type(error).__name__)
