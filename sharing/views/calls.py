"""The record of calls: each side its own part, refused calls included, and as a file (SC-29)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citybrain.downloads import export_list
from citybrain.pages import ActorRequest
from citybrain.spreadsheets import write_csv
from citybrain.typed import whole_number
from citybrain.ui import Card
from sharing import usage
from sharing.calls import EXPORT_LIMIT, Cursor, export_rows, portion, with_names
from sharing.forms.calls import CallFilter
from sharing.models import ServiceCall
from sharing.policies import authorization_policy, call_policy, service_policy
from sharing.sides import Side, chosen, sides_of, tabs_of

ONE = ("authorization", "service")


@dataclass(frozen=True)
class Narrowed:
    """The calls asked for: those of one side, filtered, perhaps of one grant or one service."""

    sides: Sequence[Side]
    side: Side
    form: CallFilter
    only: list[tuple[str, str]]  # the grant or service: its name, and the address without it
    condition: Q

    @property
    def rows(self) -> QuerySet[ServiceCall]:
        return ServiceCall.objects.filter(self.condition, self.form.period.q())


@login_required
@require_safe
def call_list(request: ActorRequest) -> HttpResponse:
    found = _narrowed(request)
    shown = portion(
        with_names(found.rows),
        before=Cursor.read(request.GET.get("before", "")),
        after=Cursor.read(request.GET.get("after", "")),
    )
    uses = usage.use_of(found.condition, found.form.period)
    served, refused = sum(one.served for one in uses), sum(one.refused for one in uses)
    context = {
        "tabs": tabs_of(found.sides, found.side),
        "side": found.side.name,
        "form": found.form,
        "only": found.only,
        "cards": _cards(served, refused),
        "chart": usage.chart(uses, id="calls-by-time", title=_("调用次数")),
        "calls": shown.calls,
        "newer": _address(request, after=shown.newer) if shown.newer else "",
        "older": _address(request, before=shown.older) if shown.older else "",
        "total": served + refused,
        "query": request.GET.urlencode(),
        "export_limit": EXPORT_LIMIT,
    }
    return render(request, "sharing/call_list.html", context)


@login_required
@require_POST
def call_export(request: ActorRequest) -> HttpResponseBase:
    """The calls of the list as CSV; exporting is an act on record itself, hence POST."""
    found = _narrowed(request)
    rows = found.rows
    facts = {**found.form.as_facts(), "side": found.side.name}
    facts |= {name: request.GET[name][:20] for name in ONE if name in request.GET}
    return export_list(
        request,
        write_csv(export_rows(rows)),
        title=_("调用记录"),
        stem="calls",
        kind="csv",
        rows=rows.order_by()[:EXPORT_LIMIT].count(),
        filters=facts,
        verb="sharing.calls.exported",
    )


def _narrowed(request: ActorRequest) -> Narrowed:
    sides = sides_of(
        request.actor,
        used=(_("我单位调用的"), "consumer"),
        provided=(_("调用我单位数据的"), "provider"),
    )
    side = chosen(request, sides)
    form = CallFilter(request.GET)
    one, only = _one(request)
    condition = call_policy.visible(request.actor) & side.condition & form.q_of() & one
    return Narrowed(sides, side, form, only, condition)


def _one(request: ActorRequest) -> tuple[Q, list[tuple[str, str]]]:
    """`?authorization=` and `?service=` narrow to one; named only to those who may see it."""
    condition, only = Q(), []
    for name in ONE:
        pk = whole_number(request.GET.get(name, ""))
        if pk is None:
            continue
        condition &= Q(**{name: pk})
        found = _named(request, name, pk)
        if found:
            only.append((found, _address(request, **{name: None})))
    return condition, only


def _named(request: ActorRequest, name: str, pk: int) -> str:
    if name == "authorization":
        grants = authorization_policy.queryset(request.actor).select_related("entry")
        grant = grants.defer("terms", "entry__search").filter(pk=pk).first()
        return _("授权 %s") % grant if grant else ""
    services = service_policy.queryset(request.actor).select_related("entry")
    service = services.defer("entry__search").filter(pk=pk).first()
    return _("接口服务 %s") % service.entry.title if service else ""


def _address(request: ActorRequest, **changes: object) -> str:
    """The page's address with `changes`, without its place in the record unless given anew."""
    query = request.GET.copy()
    for name in ("before", "after", *changes):
        query.pop(name, None)
    for name, value in changes.items():
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def _cards(served: int, refused: int) -> list[Card]:
    total = served + refused
    rate = f"{served * 100 / total:.1f}" if total else "—"
    return [
        Card(_("调用"), total, _("次"), "activity", "info"),
        Card(_("已提供"), served, _("次"), "circle-check", "success"),
        Card(_("被拒绝"), refused, _("次"), "ban", "danger" if refused else "neutral"),
        Card(_("提供率"), rate, "%" if total else "", "gauge"),
    ]
