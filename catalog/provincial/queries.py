"""What the pages of provincial reporting show."""

from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import ProvincialReport
from catalog.provincial.choices import ProvincialState
from catalog.provincial.policies import provincial_policy
from citybrain import registry
from citybrain.duties.worklist import MOST_LISTED
from citybrain.labels import field_label
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from citybrain.ui import Attribute, Tone

TONES: dict[str, Tone] = {
    ProvincialState.PREPARING: "info",
    ProvincialState.WAITING: "warning",
    ProvincialState.SUBMITTED: "info",
    ProvincialState.RECEIVED: "success",
    ProvincialState.REJECTED: "danger",
    ProvincialState.DISCARDED: "muted",
    ProvincialState.FAILED: "danger",
}
ACTIONS = {
    ProvincialState.WAITING: gettext_lazy("报送"),
    ProvincialState.REJECTED: gettext_lazy("处理省级退回"),
}


def attributes_of(report: ProvincialReport) -> list[Attribute]:
    found = [
        _field(report, "kind"),
        _field(report, "created_at"),
        Attribute(_("列入人"), report.submitted_by.name if report.submitted_by else ""),
    ]
    if report.is_package:
        found.append(_field(report, "scope"))
    known = ("sent_on", "way", "document_number", "received_on", "receipt_number")
    found += [_field(report, name) for name in known if getattr(report, name)]
    if report.digest:
        found.append(
            Attribute(
                field_label(ProvincialReport, "digest"),
                report.digest,
                wide=True,
                help=_("对下载的JSON中注明的内容按规范形式重新计算，结果一致即未改动。"),
            )
        )
    return found


def _field(report: ProvincialReport, name: str) -> Attribute:
    display = getattr(report, f"get_{name}_display", None)
    value: Any = display() if display else getattr(report, name)
    if hasattr(value, "hour"):
        value = date_format(timezone.localtime(value), "Y年n月j日 H:i")
    elif hasattr(value, "year"):
        value = date_format(value, "Y年n月j日")
    return Attribute(field_label(ProvincialReport, name), str(value))


def subject_url(report: ProvincialReport) -> str:
    """Where the thing that is reported stands in the portal; empty for a package."""
    if not report.subject_type:
        return ""
    found = apps.get_model(report.subject_type)._default_manager.filter(pk=report.subject_id)
    subject = found.first()
    return registry.subjects.get(report.subject_type).url(subject) if subject is not None else ""


def work_items(actor: Actor) -> list[WorkItem]:
    """What waits for this actor to be reported, or reported again."""
    if not actor.scope("report_to_province").everywhere:
        return []
    waiting = (
        provincial_policy.queryset(actor).filter(state__in=ACTIONS).order_by("pk")[:MOST_LISTED]
    )
    return [
        WorkItem(
            title=str(report),
            action=ACTIONS[ProvincialState(report.state)],
            url=detail_url(report),
            department_name=actor.department.short_name if actor.department else "",
            since=report.created_at,
        )
        for report in waiting.defer("content")
    ]


def detail_url(report: ProvincialReport) -> str:
    return reverse("catalog:provincial_report", args=[report.pk])
