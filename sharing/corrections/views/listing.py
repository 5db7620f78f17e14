"""The queue of corrections: both sides, whoever reported them, with what each has left of time."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from citybrain.downloads import export_list, kind_of
from citybrain.duties.models import Duty
from citybrain.duties.queries import open_by_subject
from citybrain.pages import ActorRequest
from citybrain.spreadsheets import Column, OutSheet, write_csv, write_xlsx
from sharing.corrections.forms import CorrectionFilter
from sharing.corrections.policies import correction_policy
from sharing.corrections.shown import TONES
from sharing.listing import Listed, listed
from sharing.models import CorrectionRequest

MOST_EXPORTED = 5_000
COLUMNS = (
    Column("number", gettext_lazy("校核编号"), width=18),
    Column("origin", gettext_lazy("来源"), width=12),
    Column("reporter", gettext_lazy("提出单位"), width=20),
    Column("provider", gettext_lazy("提供单位"), width=20),
    Column("entry", gettext_lazy("信息资源"), width=30),
    Column("items", gettext_lazy("涉及信息项"), width=30),
    Column("lines", gettext_lazy("逐行列出"), width=10),
    Column("created", gettext_lazy("提出时间"), width=18),
    Column("state", gettext_lazy("状态"), width=14),
    Column("due", gettext_lazy("办理时限"), width=14),
    Column("answered", gettext_lazy("反馈时间"), width=18),
)


@login_required
@require_safe
def correction_list(request: ActorRequest) -> HttpResponse:
    context = _listed(request).context(request, TONES, duties_of=duties_of)
    return render(request, "sharing/corrections/list.html", context)


@login_required
@require_POST
def correction_export(request: ActorRequest) -> HttpResponseBase:
    """The list as a file: what, from whom and how it stands; no values of rows."""
    rows = list(_listed(request).rows[:MOST_EXPORTED])
    duties = duties_of(rows)
    lines = [_line(one, duties.get(one.pk)) for one in rows]
    kind = kind_of(request)
    headings = [str(column.heading) for column in COLUMNS]
    title = _("数据校核")
    return export_list(
        request,
        write_csv([headings, *lines])
        if kind == "csv"
        else write_xlsx([OutSheet(title, COLUMNS, lines)]),
        title=title,
        stem="corrections",
        kind=kind,
        rows=len(lines),
    )


def duties_of(rows: Iterable[Any]) -> dict[int, Duty]:
    """The open duty of each: its own, or that of the demand behind it."""
    found: list[CorrectionRequest] = list(rows)
    own = open_by_subject(one for one in found if not one.is_public)
    behind = open_by_subject(one.demand for one in found if one.demand is not None)
    return own | {one.pk: behind[one.demand_id] for one in found if one.demand_id in behind}


def _listed(request: ActorRequest) -> Listed:
    rows = CorrectionRequest.objects.select_related("entry", "department", "provider", "demand")
    return listed(
        request,
        rows.defer("entry__search").annotate(number_of_lines=Count("lines")),
        correction_policy,
        CorrectionFilter(request.GET, words=correction_policy.words(request.actor)),
        used=(_("我单位提出的"), "department"),
        provided=(_("我单位收到的"), "provider"),
    )


def _line(one: Any, duty: Duty | None) -> list[object]:
    return [
        one.number,
        one.origin.label,
        one.reporter,
        one.provider.name,
        one.entry.title,
        one.items,
        one.number_of_lines,
        _moment(one.created_at),
        one.get_state_display(),
        duty.due_on.isoformat() if duty else "",
        _moment(one.answered_at),
    ]


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
