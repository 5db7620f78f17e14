"""The list of statutory clocks and the page of one."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citybrain.duties.choices import DutyState
from citybrain.duties.filters import DutyFilter
from citybrain.duties.models import Duty
from citybrain.duties.models.duty import OPEN
from citybrain.duties.policies import duty_policy
from citybrain.duties.queries import history_of, state_of, subject_url
from citybrain.organizations.actors import Actor
from citybrain.ui import Attribute, Crumb, Panel, Tone

PER_PAGE = 50
# What is still to be done comes first; a column heading sorts by the due date alone.
OPEN_FIRST = ExpressionWrapper(OPEN, output_field=BooleanField()).desc()
SORTS: dict[str, tuple[Any, ...]] = {
    "": (OPEN_FIRST, "due_on", "id"),
    "due": ("due_on", "id"),
    "-due": ("-due_on", "-id"),
}
TONES: dict[DutyState, Tone] = {
    DutyState.SOON: "warning",
    DutyState.TODAY: "warning",
    DutyState.OVERDUE: "danger",
    DutyState.PAUSED: "muted",
    DutyState.DONE: "success",
    DutyState.LATE: "danger",
    DutyState.CANCELLED: "muted",
}


@login_required
@require_safe
def duty_list(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    narrowed = DutyFilter(request.GET, queryset=duty_policy.queryset(actor), request=request)
    order = SORTS.get(request.GET.get("sort", ""), SORTS[""])
    rows = narrowed.qs.with_names().order_by(*order)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    states = [(duty, *_state(duty)) for duty in page]
    context = {"form": narrowed.form, "page": page, "rows": states}
    return render(request, "duties/duty_list.html", context)


@login_required
@require_safe
def duty(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = Duty.objects.with_names().select_related("extension_consented_by", "extended_by")
    found = duty_policy.fetch(actor, rows, pk=pk)
    label, tone = _state(found)
    context = {
        "duty": found,
        "state": label,
        "tone": tone,
        "attributes": _attributes(found, subject_url(found, actor)),
        "panels": _panels(found),
        "history": history_of(found),
        "crumbs": [
            Crumb(_("法定时限"), reverse("duties:duty_list")),
            Crumb(found.definition.label),
        ],
    }
    return render(request, "duties/duty.html", context)


def _state(duty: Duty) -> tuple[str, Tone]:
    state = state_of(duty)
    return str(state.label), TONES.get(state, "neutral")


def _attributes(duty: Duty, url: str) -> list[Attribute]:
    rule = duty.definition
    return [
        Attribute(_("事项"), duty.subject_text, url=url, wide=True),
        Attribute(_("责任部门"), duty.department.name),
        Attribute(_("申请部门"), duty.for_department.name if duty.for_department else ""),
        Attribute(_("期限"), _("%(days)s个工作日") % {"days": duty.days}),
        Attribute(_("依据"), rule.basis),
        Attribute(_("收到日期"), _day(duty.starts_on), help=_("收到当日不计，自次日起算。")),
        Attribute(_("到期日"), _day(duty.due_on)),
        Attribute(_("责任主体"), rule.owner),
        Attribute(_("超期后果"), rule.on_breach),
    ]


def _panels(duty: Duty) -> list[Panel]:
    panels = []
    if duty.paused_on is not None:
        panels.append(
            Panel(
                _("补正期间暂停计时"),
                [
                    Attribute(_("暂停日期"), _day(duty.paused_on)),
                    Attribute(
                        _("恢复日期"), _day(duty.resumed_on) if duty.resumed_on else _("尚未恢复")
                    ),
                    Attribute(_("需要补正的内容"), duty.pause_reason, wide=True),
                ],
                icon="clock-pause",
            )
        )
    if duty.extended_days:
        consented = duty.extension_consented_by
        panels.append(
            Panel(
                _("延长期限"),
                [
                    Attribute(_("延长"), _("%(days)s个工作日") % {"days": duty.extended_days}),
                    Attribute(_("原到期日"), _day(duty.original_due_on)),
                    Attribute(_("同意部门"), consented.name if consented else ""),
                    Attribute(_("办理人"), duty.extended_by),
                    Attribute(_("延长理由"), duty.extension_reason, wide=True),
                ],
                icon="hourglass",
            )
        )
    return panels


def _day(day: date) -> str:
    return date_format(day, "Y年n月j日")
