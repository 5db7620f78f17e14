"""Putting things into the provincial queue, and keeping what came of them."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from catalog.models import Project, ProvincialReport
from catalog.projects.gaps import resources_of
from catalog.projects.services import values_of
from catalog.provincial.choices import ReportKind, Way
from catalog.provincial.transitions import BUREAU, PROVINCIAL
from catalog.services.codes import next_numbers
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.canonical import canonical_value
from citybrain.crypto import digest_of
from citybrain.organizations.actors import Actor
from citybrain.organizations.choices import EARLIEST
from citybrain.spreadsheets import line_text
from citybrain.workflow import department_at


@transaction.atomic
def queue(
    *,
    kind: str,
    subject: models.Model,
    title: str,
    content: Mapping[str, Any],
    actor: Actor,
) -> ProvincialReport:
    """Freezes `content` and puts it into the queue, in the transaction of what it reports."""
    frozen = canonical_value(dict(content))
    report = ProvincialReport.objects.create(
        number=next_number(),
        kind=kind,
        title=title[:200],
        subject_type=subject._meta.label,
        subject_id=subject.pk,
        content=frozen,
        digest=digest_of(frozen),
        submitted_by=actor.user,
    )
    record_queued(report, actor)
    return report


def next_number() -> str:
    series = f"SB{timezone.localdate().year}"
    return f"{series}-{next_numbers(series)[0]:06}"


def record_queued(report: ProvincialReport, actor: Actor) -> None:
    record(
        "catalog.provincial.queued",
        actor=actor,
        subject=report,
        department=department_at(report, BUREAU),
        data={"kind": report.kind, "scope": report.scope, "digest": report.digest},
    )


def queue_acceptance(project: Project, actor: Actor) -> None:
    """The reaction on acceptance: the result is reported, with the entries as they were approved."""
    queue(
        kind=ReportKind.ACCEPTANCE,
        subject=project,
        title=title_of(project),
        content=content_of(project),
        actor=actor,
    )


def title_of(project: Project) -> str:
    return _("%s验收结果") % project.name


def content_of(project: Project) -> dict[str, Any]:
    """What is reported of an acceptance: the project and its resources as they stand."""
    return {
        "project": {
            **values_of(project),
            "accepted_on": project.accepted_on,
            "opinion": project.opinion,
        },
        "department": project.department.name,
        "department_code": project.department.credit_code,
        "entries": [
            {
                "code": entry.code,
                "title": entry.title,
                "system": entry.system_name,
                "published_on": entry.published_on,
                "digest": _digest_of_entry(entry),
            }
            for entry in resources_of(project)
        ],
    }


def _digest_of_entry(entry: Any) -> str:
    newest = entry.revisions.order_by("-number").values_list("digest", flat=True).first()
    return newest or ""


def move_report(
    name: str,
    *,
    actor: Actor,
    report: ProvincialReport,
    version: int | None = None,
    words: Mapping[str, str] | None = None,
) -> ProvincialReport:
    """Registers what happened with the province; raises as citybrain.workflow.perform does.

    `words` are the inputs of the move. Dates are ISO texts that are not in the future.
    """
    given = {key: line_text(str(value)) for key, value in (words or {}).items()}
    return workflow.perform(
        PROVINCIAL,
        name,
        obj=report,
        actor=actor,
        version=version,
        inputs=given,
        change=partial(CHANGES[name], given) if name in CHANGES else None,
    )


def _submitted(given: Mapping[str, str], report: ProvincialReport) -> None:
    if given["way"] not in Way.values:
        raise ValidationError({"way": _("请从列表中选择报送方式。")})
    created = timezone.localdate(report.created_at)
    report.sent_on = _day(given, "sent_on", created, _("报送日期不能早于列入的日期。"))
    report.way = given["way"]
    report.document_number = _short(given, "document_number")
    report.rejection = ""
    report.save(update_fields=["sent_on", "way", "document_number", "rejection"])


def _received(given: Mapping[str, str], report: ProvincialReport) -> None:
    sent = report.sent_on or EARLIEST
    report.received_on = _day(given, "received_on", sent, _("回执日期不能早于报送日期。"))
    report.receipt_number = _short(given, "receipt_number")
    report.save(update_fields=["received_on", "receipt_number"])


def _rejected(given: Mapping[str, str], report: ProvincialReport) -> None:
    report.rejection = given["reason"][:1000]
    report.save(update_fields=["rejection"])


CHANGES: dict[str, Callable[[Mapping[str, str], ProvincialReport], None]] = {
    "submit": _submitted,
    "receive": _received,
    "reject": _rejected,
}


def _day(given: Mapping[str, str], name: str, earliest: date, too_early: str) -> date:
    try:
        day = parse_date(given[name])
    except ValueError:
        day = None
    if day is None:
        raise ValidationError({name: _("请按年-月-日填写日期，例如 2026-03-01。")})
    if day > timezone.localdate():
        raise ValidationError({name: _("日期不能晚于今天。")})
    if day < earliest:
        raise ValidationError({name: too_early})
    return day


def _short(given: Mapping[str, str], name: str) -> str:
    if len(given[name]) > 60:
        raise ValidationError({name: _("不能超过 60 个字。")})
    return given[name]
