"""Compiling the catalog package: asked for by the bureau, done by a worker, frozen with its digest.

The lines point at approved revisions, which never change: the package needs no copy of them. Its
digest covers the header and, line by line, code, change, number and digest of the revision.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import PackageLine, ProvincialReport
from catalog.provincial.changes import Counts, count, write_lines
from catalog.provincial.choices import UNDER_WAY, PackageScope, ProvincialState, ReportKind
from catalog.provincial.policies import provincial_policy
from catalog.provincial.services import next_number, record_queued
from catalog.provincial.transitions import PROVINCIAL
from citybrain import claims, workflow
from citybrain.canonical import canonical_value
from citybrain.crypto import digest_of
from citybrain.organizations.actors import Actor, system_actor
from citybrain.refusals import Conflict, Refused

log = structlog.get_logger(__name__)
CHUNK = 500


@transaction.atomic
def request(*, actor: Actor, scope: str) -> ProvincialReport:
    """Asks for the package of the whole catalog or of what changed since the last receipt.

    The caller queues it (catalog/tasks.py) when this has been committed. Raises PermissionDenied,
    Refused when there is nothing to report, Conflict while another package is on its way.
    """
    report = ProvincialReport(
        kind=ReportKind.PACKAGE,
        scope=PackageScope(scope),
        state=ProvincialState.PREPARING,
        submitted_by=actor.user,
    )
    provincial_policy.require(actor, "report", report)
    if not _anything(scope):
        raise Refused([_("没有可以报送的目录：上次回执以来没有变化，或者还没有发布目录。")])
    report.number = next_number()
    report.title = _("全市政务信息资源目录（%(scope)s，%(day)s）") % {
        "scope": PackageScope(scope).label,
        "day": timezone.localdate().isoformat(),
    }
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError as error:
        if "one_package_under_way" not in str(error):
            raise
        raise Conflict(
            _("已有一个目录包在办，登记回执或者作废后才能编制下一个。"),
            state_label=str(ProvincialState.PREPARING.label),
        ) from None
    record_queued(report, actor)
    return report


def _anything(scope: str) -> bool:
    counts = count()
    return bool(counts.news if scope == PackageScope.CHANGES else counts.published)


def under_way() -> ProvincialReport | None:
    """The package on its way, if there is one: the next is compiled when it has come to an end."""
    rows = ProvincialReport.objects.filter(kind=ReportKind.PACKAGE, state__in=UNDER_WAY)
    return rows.defer("content").first()


def compile_now(report_id: int) -> None:
    """Compiles a package that waits; does nothing when somebody else has it or has done it."""
    waiting = ProvincialReport.objects.filter(pk=report_id, state=ProvincialState.PREPARING)
    report = waiting.first()
    if report is None or not claims.take(waiting):
        return
    if report.attempts >= claims.MOST_ATTEMPTS:
        _fail(report, _("多次编制都没有完成，请联系运行维护人员。"))
        return
    try:
        _compile(report)
    except Conflict:
        log.warning("catalog.provincial.taken_over", report=report_id)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the claim expires, and another worker begins anew
    except Exception as error:
        log.exception("catalog.provincial.failed", report=report_id)
        _fail(report, _("编制过程出错（%s），请联系运行维护人员。") % type(error).__name__)


def unfinished(older_than: timedelta = timedelta(0)) -> QuerySet[ProvincialReport]:
    """Packages that wait for a worker and are in nobody's hands."""
    now = timezone.now()
    rows = ProvincialReport.objects.filter(
        state=ProvincialState.PREPARING, created_at__lte=now - older_than
    )
    return rows.filter(claims.free(now)).order_by("created_at")


def _compile(report: ProvincialReport) -> None:
    def write(current: ProvincialReport) -> None:
        counts = write_lines(current, whole=current.scope == PackageScope.FULL)
        current.content = _header(current, counts)
        current.digest = digest_of(sealed(current))
        current.save(update_fields=["content", "digest"])

    workflow.perform(
        PROVINCIAL,
        "finish",
        obj=report,
        actor=system_actor(),
        version=report.version,
        change=write,
    )


def _header(report: ProvincialReport, counts: Counts) -> Any:
    last = (
        ProvincialReport.objects.filter(kind=ReportKind.PACKAGE, state=ProvincialState.RECEIVED)
        .order_by("-pk")
        .first()
    )
    return canonical_value(
        {
            "authority": settings.AUTHORITY_NAME,
            "number": report.number,
            "scope": report.scope,
            "compiled_at": timezone.now(),
            "since": last.number if last else None,
            "counts": vars(counts),
        }
    )


def sealed(report: ProvincialReport) -> dict[str, Any]:
    """What the digest of a package is made of."""
    return {"header": report.content, "entries": [line[:-1] for line in lines_of(report)]}


def lines_of(report: ProvincialReport, *, content: bool = False) -> Iterator[list[Any]]:
    """[code, change, number, digest, content] of each line in order; content only when asked for."""
    fields = ["entry__code", "change", "revision__number", "digest"]
    rows = PackageLine.objects.filter(report=report).order_by("pk")
    if content:
        for row in rows.values_list(*fields, "revision__content").iterator(chunk_size=CHUNK):
            yield list(row)
    else:
        for row in rows.values_list(*fields).iterator(chunk_size=10 * CHUNK):
            yield [*row, None]


def _fail(report: ProvincialReport, reason: str) -> None:
    def write(current: ProvincialReport) -> None:
        current.error = reason
        current.save(update_fields=["error"])

    workflow.perform(
        PROVINCIAL,
        "fail",
        obj=report,
        actor=system_actor(),
        inputs={"reason": reason},
        change=write,
    )
