"""Compiling the annual report (HK-40, SC-38): asked for by people or the calendar, done by a worker.

`compile_now` does what the report's state says is left to do. Whoever claims it first does it; a
claim whose worker died expires, and `unfinished` finds the report again.
"""

from datetime import datetime, timedelta

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain import claims, workflow
from citybrain.audit.models import StateChange
from citybrain.audit.services import record
from citybrain.organizations.actors import Actor, system_actor
from citybrain.organizations.models import Department
from citybrain.refusals import Conflict
from citybrain.workflow import department_at
from evaluation.choices import UNFINISHED, ReportState
from evaluation.facts import collecting
from evaluation.facts.period import Period, due_at, local_day, period_of
from evaluation.models import AnnualReport, Scorecard
from evaluation.policies import report_policy
from evaluation.report.document import render_annual_report
from evaluation.report.facts_json import facts_digest, to_value
from evaluation.report.facts_schema import AnnualReportFacts
from evaluation.transitions import BUREAU, REPORT

log = structlog.get_logger(__name__)
STEPS = collecting.STEPS + 1  # and the document
# Nothing of this portal is older; a year before it is a slip of the finger.
EARLIEST_YEAR = 2015


@transaction.atomic
def request(*, actor: Actor, year: int) -> AnnualReport:
    """Asks for the report on `year`: as it stood on 5 January after, or today for a year that runs.

    The caller queues it (evaluation/tasks.py) when this has been committed. Raises
    PermissionDenied, ValidationError for the field `year`, Conflict while one is being compiled.
    """
    report = AnnualReport(year=year, submitted_by=actor.user, requested_at=timezone.now())
    report_policy.require(actor, "compile", report)
    report.compiled_from = _period(year).compiled_at
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError as error:
        if "one_unfinished_report_per_year" not in str(error):
            raise
        raise Conflict(
            _("%d年度报告正在编制，请等待完成。") % year, state_label=str(ReportState.RUNNING.label)
        ) from None
    record(
        "evaluation.report.requested",
        actor=actor,
        subject=report,
        department=department_at(report, BUREAU),
        data={"year": year, "compiled_from": report.compiled_from},
    )
    return report


def request_due(
    *, now: datetime | None = None, grace: timedelta = timedelta(0)
) -> AnnualReport | None:
    """Asks for the report that the calendar asks for, unless that was done before.

    `grace` is how long after the due instant to leave it to somebody else. None when there is
    nothing to do: not due, asked for already, or the portal has no records of that year.
    """
    moment = (now or timezone.now()) - grace
    year = local_day(moment).year - 1
    if moment < due_at(year):
        year -= 1
    known = AnnualReport.objects.filter(year=year, compiled_from=due_at(year))
    recorded = StateChange.objects.filter(at__lt=Period(year, due_at(year)).end)
    if known.exists() or not recorded.exists():
        return None
    try:
        return request(actor=system_actor(), year=year)
    except Conflict:
        return None


def compile_now(report_id: int) -> None:
    """Compiles a report that waits; does nothing when somebody else has it or has done it."""
    report = _claim(report_id)
    if report is None:
        return
    try:
        facts = collecting.collect(
            Period(report.year, report.compiled_from), lambda: _step_done(report)
        )
        digest = facts_digest(facts)
        document = render_annual_report(facts, document_number=None, digest=digest)
        _step_done(report)
        _finish(report, facts, digest, document)
    except Conflict:
        log.warning("evaluation.report.taken_over", report=report_id)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the claim expires, and another worker begins anew
    except Exception as error:
        log.exception("evaluation.report.failed", report=report_id)
        _fail(report, _("编制过程出错（%s），请联系运行维护人员。") % type(error).__name__)


def unfinished(older_than: timedelta = timedelta(0)) -> QuerySet[AnnualReport]:
    """Reports that wait for a worker and are in nobody's hands."""
    now = timezone.now()
    rows = AnnualReport.objects.filter(state__in=UNFINISHED, requested_at__lte=now - older_than)
    return rows.filter(claims.free(now)).order_by("requested_at")


def _period(year: int) -> Period:
    now = timezone.now()
    this_year = local_day(now).year
    if not EARLIEST_YEAR <= year <= this_year:
        raise ValidationError(
            {
                "year": _("年度应在%(first)d至%(last)d之间。")
                % {"first": EARLIEST_YEAR, "last": this_year}
            }
        )
    try:
        return period_of(year, now)
    except ValueError:
        raise ValidationError({"year": _("该年度刚刚开始，明天起才能编制。")}) from None


def _claim(report_id: int) -> AnnualReport | None:
    """Takes the report if it is in nobody's hands; commits at once.

    What has been tried three times without coming to an end fails, so that a year on which a
    worker dies does not take one after the other.
    """
    report = unfinished().filter(pk=report_id).first()
    if report is None:
        return None
    if report.attempts >= claims.MOST_ATTEMPTS:
        _fail(report, _("多次编制都没有完成，请联系运行维护人员。"))
        return None

    def take(current: AnnualReport) -> None:
        current.claimed_at = timezone.now()
        current.attempts = F("attempts") + 1
        current.steps_done = 0
        current.save(update_fields=["claimed_at", "attempts", "steps_done"])

    name = "begin" if report.state == ReportState.QUEUED else "take_over"
    try:
        return workflow.perform(
            REPORT, name, obj=report, actor=system_actor(), version=report.version, change=take
        )
    except Conflict:
        return None


def _step_done(report: AnnualReport) -> None:
    """Notes the progress and renews the claim. Raises Conflict when another worker has it now."""
    mine = AnnualReport.objects.filter(
        pk=report.pk, version=report.version, state=ReportState.RUNNING
    )
    if not mine.update(steps_done=F("steps_done") + 1, claimed_at=timezone.now()):
        raise Conflict(_("这份报告已由另一个后台任务接手。"))


def _finish(report: AnnualReport, facts: AnnualReportFacts, digest: str, document: bytes) -> None:
    def write(current: AnnualReport) -> None:
        current.facts, current.digest, current.document = to_value(facts), digest, document
        current.finished_at = timezone.now()
        current.save(update_fields=["facts", "digest", "document", "finished_at"])
        _write_scorecards(current, facts)

    workflow.perform(
        REPORT,
        "finish",
        obj=report,
        actor=system_actor(),
        version=report.version,
        change=write,
        data={"year": report.year, "digest": digest},
    )


def _write_scorecards(report: AnnualReport, facts: AnnualReportFacts) -> None:
    ids = dict(Department.objects.values_list("code", "pk"))
    Scorecard.objects.bulk_create(
        Scorecard(
            report=report,
            department_id=ids[row["code"]],
            name=row["short_name"],
            place=place,
            scores=row["scores"],
            total_centi=row["total_centi"],
            rank=row["rank"],
            level=row["level"],
        )
        for place, row in enumerate(to_value(facts)["departments"], 1)
    )


def _fail(report: AnnualReport, reason: str) -> None:
    def write(current: AnnualReport) -> None:
        current.error, current.finished_at = reason, timezone.now()
        current.save(update_fields=["error", "finished_at"])

    workflow.perform(
        REPORT,
        "fail",
        obj=report,
        actor=system_actor(),
        version=report.version,
        inputs={"reason": reason},
        change=write,
    )
