"""Inside: what the bureau and the departments have to do with demands of the public."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.demand import queries, services
from catalog.demand.choices import DemandState, Outcome
from catalog.demand.policies import WATCHERS, demand_policy
from catalog.demand.transitions import DEMAND
from catalog.models import Demand
from citybrain.duties.queries import open_by_subject
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department
from citybrain.pages import (
    ActorRequest,
    attempt_move,
    buttons,
    page_of,
    panels_of,
    posted_version,
    timeline,
)
from citybrain.policies import require_anywhere
from citybrain.ui import Attribute, Crumb, FailedMove, Tab

STATES = dict(DemandState.choices)
SEERS = ("view_entries", "answer_demands", *WATCHERS)
INPUTS = ("department", "outcome", "answer", "result_entry", "reason")
SIDES = tuple(DemandState.values)
FOR_WATCHERS = ("received", "declined")


@login_required
@require_safe
def demands(request: ActorRequest) -> HttpResponse:
    """By state, those longest waiting first."""
    require_anywhere(request.actor, *SEERS)
    side = request.GET.get("side", "")
    tabs = _sides(request.actor)
    if side not in tabs:
        side = tabs[0]
    words = request.GET.get("q", "").strip()[:60]
    rows = queries.handled(request.actor).filter(state=side)
    if words:
        rows = rows.filter(Q(number__icontains=words) | Q(title__icontains=words))
    page = page_of(request, rows.order_by("received_at", "pk"))
    duties = open_by_subject(page.object_list)
    context = {
        "tabs": _tabs(request.actor, side),
        "side": side,
        "page": page,
        "filtered": bool(words),
        "rows": [(one, queries.tone_of(one), duties.get(one.pk)) for one in page],
    }
    return render(request, "catalog/demand/demands.html", context)


@login_required
@require_safe
def adjustment(request: ActorRequest) -> HttpResponse:
    """Requests taken up and what came of them: the list for the yearly adjustment."""
    require_anywhere(request.actor, *SEERS)
    page = page_of(request, queries.to_adjust(request.actor))
    context = {"tabs": _tabs(request.actor, "adjustment"), "page": page}
    return render(request, "catalog/demand/adjustment.html", context)


@login_required
@require_safe
def demand(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@login_required
@require_POST
def move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """Makes a move of the transition table; what it asks for comes with the form."""
    if name not in DEMAND.moves:
        raise Http404
    found = _fetch(request.actor, pk)
    wanted = DEMAND.moves[name].requires
    return attempt_move(
        request,
        name,
        lambda: services.move(
            name,
            actor=request.actor,
            demand=found,
            version=posted_version(request),
            inputs={key: request.POST.get(key, "") for key in INPUTS if key in wanted},
        ),
        done=_("已办理：%s。") % DEMAND.moves[name].label,
        back=reverse("catalog:demand", args=[pk]),
        again=lambda failed, status: _page(request, pk, failed, status),
    )


def _page(
    request: ActorRequest, pk: int, failed: FailedMove | None = None, status: int = 200
) -> HttpResponse:
    actor, found = request.actor, _fetch(request.actor, pk)
    moves = buttons(DEMAND, found, actor, "catalog:demand_move")
    context = {
        "demand": found,
        "tone": queries.tone_of(found),
        "attributes": _attributes(actor, found),
        "moves": moves,
        "choices": _choices(found) if moves else {},
        "failed": failed,
        "duty": open_by_subject([found]).get(found.pk),
        "panels": panels_of(request, found),
        "history": timeline(found, STATES),
        "crumbs": [Crumb(_("社会需求"), reverse("catalog:demands")), Crumb(found.number)],
    }
    return render(request, "catalog/demand/demand.html", context, status=status)


def _attributes(actor: Actor, found: Demand) -> list[Attribute]:
    rows = [
        Attribute(_("编号"), found.number),
        Attribute(_("类型"), found.get_kind_display()),
        Attribute(_("收到时间"), _time(found.received_at)),
        Attribute(_("承办部门"), found.department.name if found.department else _("尚未转办")),
        Attribute(_("支持"), found.supports),
    ]
    if found.entry is not None:
        url = reverse("catalog:entry", args=[found.entry_id])
        rows.append(Attribute(_("数据集"), found.entry.title, url=url))
    if demand_policy.reads_contact(actor, found):
        rows.append(Attribute(_("联系方式（仅承办人员可见）"), found.contact or _("未留")))
    if found.result_entry is not None:
        url = reverse("catalog:entry", args=[found.result_entry_id])
        rows.append(Attribute(_("落实的信息资源"), found.result_entry.title, url=url))
    return rows


def _time(at: datetime) -> str:
    return date_format(timezone.localtime(at), "Y年n月j日 H:i")


def _choices(found: Demand) -> dict[str, list[tuple[str, str]]]:
    owners = Department.objects.owners().order_by("order", "pinyin")
    chosen = {
        "department": [(str(one.pk), one.name) for one in owners],
        "outcome": [(value, str(label)) for value, label in Outcome.choices],
    }
    if found.entry is not None:
        # An error is the provider's to answer: it stands first.
        provider = str(found.entry.department_id)
        chosen["department"].sort(key=lambda pair: pair[0] != provider)
    if found.is_taken_up:
        chosen["result_entry"] = queries.entries_to_name(found)
    return chosen


def _fetch(actor: Actor, pk: int) -> Demand:
    rows = Demand.objects.select_related("department", "entry", "result_entry", "answered_by")
    return demand_policy.fetch(actor, rows, pk=pk)


def _sides(actor: Actor) -> list[str]:
    watches = actor.holds(*WATCHERS)
    return [side for side in SIDES if watches or side not in FOR_WATCHERS]


def _tabs(actor: Actor, active: str) -> list[Tab]:
    address = reverse("catalog:demands")
    tabs = [Tab(STATES[side], f"{address}?side={side}", side == active) for side in _sides(actor)]
    url = reverse("catalog:demand_adjustment")
    return [*tabs, Tab(_("年度开放目录调整"), url, active == "adjustment")]
