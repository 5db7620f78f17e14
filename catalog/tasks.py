"""Background work of the catalog. What is to be done is in the batches; each task may run twice."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from celery import shared_task
from celery.exceptions import OperationalError
from django.utils import timezone
from redis.exceptions import RedisError

import catalog.harvest.tasks
import catalog.watching.tasks  # noqa: F401 - the worker reads the tasks of the app here
from catalog.freshness import services as freshness
from catalog.libraries import overlaps
from catalog.models import ImportBatch, ProvincialReport
from catalog.models.batch import BatchState
from catalog.negative_list import services as negative_list
from catalog.provincial import packages
from catalog.quality import services as quality
from catalog.services import import_files, imports
from citybrain import claims

log = structlog.get_logger(__name__)
# A batch that was queued a moment ago is in somebody's hands, though nobody has claimed it yet.
SETTLED = timedelta(seconds=60)
MOST_QUEUED = 500  # checks handed out at once; the others follow two minutes later


@shared_task(name="catalog.preview")
def preview(batch_id: int) -> None:
    imports.preview(batch_id)
    import_files.annotate(batch_id)


@shared_task(name="catalog.apply")
def apply(batch_id: int) -> None:
    imports.apply(batch_id)
    import_files.annotate(batch_id)


@shared_task(name="catalog.annotate")
def annotate(batch_id: int) -> None:
    import_files.annotate(batch_id)


@shared_task(name="catalog.resume_imports")
def resume_imports() -> int:
    """Every two minutes: queues imports whose worker died or that were never queued."""
    waiting = list(imports.unfinished(SETTLED).values_list("pk", "state"))
    for pk, state in waiting:
        _queue(preview if state == BatchState.UPLOADED else apply, pk)
    unmarked = import_files.unannotated().filter(claims.free(), uploaded_at__lte=_settled())
    for pk in unmarked.values_list("pk", flat=True):
        _queue(annotate, pk)
    return len(waiting)


@shared_task(name="catalog.forget_import_files")
def forget_import_files() -> int:
    """Every night: empties the files of imports that were finished months ago."""
    return import_files.forget()


@shared_task(name="catalog.keep_negative_list")
def keep_negative_list() -> int:
    """Daily: opens re-examinations that are owed, closes lines that have expired."""
    return negative_list.keep()


@shared_task(name="catalog.remind_of_updates")
def remind_of_updates() -> int:
    """Every Monday: tells departments which data falls due this week, and what is late."""
    return freshness.remind()


@shared_task(name="catalog.compile_package")
def compile_package(report_id: int) -> None:
    packages.compile_now(report_id)


@shared_task(name="catalog.resume_packages")
def resume_packages() -> int:
    """Every two minutes: queues packages whose worker died or that were never queued."""
    waiting = list(packages.unfinished(SETTLED).values_list("pk", flat=True))
    for pk in waiting:
        _queue(compile_package, pk)
    return len(waiting)


@shared_task(name="catalog.count_overlaps")
def count_overlaps() -> int:
    """Every night, and when the bureau asks: which items several departments collect (SC-19)."""
    return overlaps.count_anew()


def start_counting_overlaps() -> bool:
    return _queue(count_overlaps)


def start_package(report: ProvincialReport) -> bool:
    """Queues the compilation, once it is committed; `catalog.resume_packages` finds what was lost."""
    return _queue(compile_package, report.pk)


@shared_task(name="catalog.check_quality")
def check_quality(check_id: int) -> None:
    quality.run(check_id)


@shared_task(name="catalog.schedule_quality")
def schedule_quality() -> int:
    """Daily: asks for a check of every entry with rows; `resume_quality` hands them out."""
    return quality.schedule()


@shared_task(name="catalog.resume_quality")
def resume_quality() -> int:
    """Every two minutes: queues checks whose worker died or that were never queued."""
    waiting = list(quality.waiting(SETTLED).values_list("pk", flat=True)[:MOST_QUEUED])
    for pk in waiting:
        _queue(check_quality, pk)
    return len(waiting)


def start_check(check_id: int) -> bool:
    """Queues a check, once it is committed; False when the queue is away."""
    return _queue(check_quality, check_id)


def start(batch: ImportBatch) -> bool:
    """Queues what the batch is waiting for, once it is committed; False when the queue is away.

    Nothing is lost then: `catalog.resume_imports` finds the batch.
    """
    return _queue(preview if batch.state == BatchState.UPLOADED else apply, batch.pk)


def _settled() -> datetime:
    return timezone.now() - SETTLED


def _queue(task: Any, *args: int) -> bool:
    try:
        task.delay(*args)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("catalog.not_queued", task=task.name, args=args, error=type(error).__name__)
        return False
    return True
