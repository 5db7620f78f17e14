"""Background work of the sharing app. What is to be done is in the rows; each task may run twice."""

from datetime import timedelta
from typing import Any

import structlog
from celery import shared_task
from celery.exceptions import OperationalError
from django.utils import timezone
from redis.exceptions import RedisError

import sharing.developers.tasks
import sharing.operation.tasks
import sharing.returnflow.tasks  # noqa: F401
from sharing import months, tallying
from sharing.codes.signing import SKEW
from sharing.models import DataUpload, UsedNonce
from sharing.models.upload import UploadState
from sharing.rights import matters, reminding, reports
from sharing.services import authorizations, hosting, uploads

log = structlog.get_logger(__name__)
# An upload that was queued a moment ago is in somebody's hands, though nobody has claimed it yet.
SETTLED = timedelta(seconds=60)


@shared_task(name="sharing.expire")
def expire() -> int:
    """Hourly: expires authorizations whose period is over."""
    return authorizations.expire_due()


@shared_task(name="sharing.keep_rights")
def keep_rights() -> int:
    """Daily: ends what was agreed to end, asks for reports on use, tells what ends soon and what nobody uses."""
    return matters.end_filed() + reports.open_half_years() + reminding.remind()


@shared_task(name="sharing.tally")
def tally() -> int:
    """Hourly: adds up the calls of the days that are over."""
    return tallying.SHARED.tally() + tallying.OPENED.tally()


@shared_task(name="sharing.make_months")
def make_months() -> int:
    """Daily: makes the months in which calls are going to be recorded."""
    return months.make_ahead()


@shared_task(name="sharing.forget_nonces")
def forget_nonces() -> int:
    """Hourly: deletes nonces whose signatures are refused for their age by now."""
    old = timezone.now() - timedelta(seconds=2 * SKEW)
    return UsedNonce.objects.filter(at__lt=old).delete()[0]


@shared_task(name="sharing.check_upload")
def check_upload(upload_id: int) -> None:
    uploads.check(upload_id)


@shared_task(name="sharing.apply_upload")
def apply_upload(upload_id: int) -> None:
    uploads.apply(upload_id)


@shared_task(name="sharing.resume_uploads")
def resume_uploads() -> int:
    """Every two minutes: queues uploads whose worker died or that were never queued."""
    waiting = list(uploads.unfinished(SETTLED))
    for upload in waiting:
        start(upload)
    return len(waiting)


@shared_task(name="sharing.clear_rows")
def clear_rows() -> int:
    """Daily: deletes rows that are not served any more, and files that nobody confirmed."""
    return uploads.give_up_forgotten() + hosting.clear_superseded()


def start(upload: DataUpload) -> bool:
    """Queues what the upload waits for, once it is committed; False when the queue is away.

    Nothing is lost then: `sharing.resume_uploads` finds the upload.
    """
    task: Any = check_upload if upload.state == UploadState.UPLOADED else apply_upload
    try:
        task.delay(upload.pk)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("sharing.upload.not_queued", upload=upload.pk, error=type(error).__name__)
        return False
    return True
