"""Background work of the evaluation app. What is to be done is in the rows; each may run twice."""

from datetime import timedelta

import structlog
from celery import shared_task
from celery.exceptions import OperationalError
from redis.exceptions import RedisError

from evaluation.models import AnnualReport
from evaluation.services import reports

log = structlog.get_logger(__name__)
# What was queued a moment ago is in somebody's hands, though nobody has claimed it yet.
SETTLED = timedelta(seconds=60)
# The portal was down on 5 January when nobody has compiled by the next day.
MISSED = timedelta(days=1)


@shared_task(name="evaluation.compile")
def compile_report(report_id: int) -> None:
    reports.compile_now(report_id)


@shared_task(name="evaluation.compile_last_year")
def compile_last_year() -> None:
    """On 5 January: compiles the report on the past year (HK-40)."""
    due = reports.request_due()
    if due is not None:
        start(due)


@shared_task(name="evaluation.resume_reports")
def resume_reports() -> int:
    """Every two minutes: a report that 5 January missed, and those whose worker died."""
    due = reports.request_due(grace=MISSED)
    waiting = [*reports.unfinished(SETTLED), *([due] if due else [])]
    for report in waiting:
        start(report)
    return len(waiting)


def start(report: AnnualReport) -> bool:
    """Queues the compilation, once it is committed; False when the queue is away.

    Nothing is lost then: `evaluation.resume_reports` finds the report.
    """
    try:
        compile_report.delay(report.pk)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("evaluation.report.not_queued", report=report.pk, error=type(error).__name__)
        return False
    return True
