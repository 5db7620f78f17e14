"""Background work of the catalog. What is to be done is in the batches; each task may run twice."""

from datetime import timedelta
from typing import Any

import structlog
from celery import shared_task
from celery.exceptions import OperationalError
from redis.exceptions import RedisError

from catalog.models import ImportBatch
from catalog.models.batch import BatchState
from catalog.services import imports

log = structlog.get_logger(__name__)
# A batch that was queued a moment ago is in somebody's hands, though nobody has claimed it yet.
SETTLED = timedelta(seconds=60)


@shared_task(name="catalog.preview")
def preview(batch_id: int) -> None:
    imports.preview(batch_id)


@shared_task(name="catalog.apply")
def apply(batch_id: int) -> None:
    imports.apply(batch_id)


@shared_task(name="catalog.resume_imports")
def resume_imports() -> int:
    """Every two minutes: queues imports whose worker died or that were never queued."""
    waiting = list(imports.unfinished(SETTLED).values_list("pk", "state"))
    for pk, state in waiting:
        _queue(preview if state == BatchState.UPLOADED else apply, pk)
    return len(waiting)


def start(batch: ImportBatch) -> bool:
    """Queues what the batch is waiting for, once it is committed; False when the queue is away.

    Nothing is lost then: `catalog.resume_imports` finds the batch.
    """
    return _queue(preview if batch.state == BatchState.UPLOADED else apply, batch.pk)


def _queue(task: Any, batch_id: int) -> bool:
    try:
        task.delay(batch_id)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("catalog.import.not_queued", batch=batch_id, error=type(error).__name__)
        return False
    return True
