"""Authorizations: lists of both sides, one grant with its terms, code and use, and its moves."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citybrain.downloads import file_response
from citybrain.organizations.actors import Actor
from citybrain.pages import (
    ActorRequest,
    attempt_move,
    buttons,
    error_texts,
    page_of,
    panels_of,
    posted_version,
)
from citybrain.ui import ChartSpec, Crumb, FailedMove, Tab
from sharing import granted, usage
from sharing.choices import AuthorizationState, Method
from sharing.codes import shown
from sharing.forms.authorizations import AuthorizationFilter
from sharing.interfaces.samples import samples_of
from sharing.models import Authorization, ServiceCall
from sharing.operation import queries as operation
from sharing.policies import authorization_policy
from sharing.queries import served_today, service_of
from sharing.services import authorizations, codes, files
from sharing.sides import chosen, sides_of, tabs_of
from sharing.transitions import AUTHORIZATION

CALLS_SHOWN = 10
CODES_SHOWN = 20
DAYS, MONTHS = 30, 12
STOPPED = (AuthorizationState.SUSPENDED, AuthorizationState.REVOKED)


@login_required
@require_safe
def authorization_list(request: ActorRequest) -> HttpResponse:
    sides = sides_of(
        request.actor,
        used=(_("我单位获得的"), "consumer"),
        provided=(_("我单位授出的"), "provider"),
    )
    side = chosen(request, sides)
    form = AuthorizationFilter(request.GET)
    found = (
        authorization_policy.queryset(request.actor)
        .filter(side.condition, form.q_of())
        .select_related("entry", "provider", "consumer")
        .defer("terms", "entry__search")
        .order_by("-id")
    )
    page = page_of(request, found)
    used = usage.used_today(page.object_list)
    context = {
        "tabs": tabs_of(sides, side),
        "side": side.name,
        "form": form,
        "filtered": bool(form.chosen()),
        "page": page,
        "rows": [
            (
                one,
                granted.TONES[one.state],
                *granted.time_left(one),
                None if granted.is_over(one) else used.get(one.pk, 0),
            )
            for one in page
        ],
    }
    return render(request, "sharing/authorization_list.html", context)


@login_required
@require_safe
def authorization(request: ActorRequest, pk: int) -> HttpResponse:
    return page(request, fetch(request.actor, pk))


@login_required
@require_POST
def authorization_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """The bureau suspends, resumes or ends the use (SC-27)."""
    if name not in AUTHORIZATION.moves or AUTHORIZATION.moves[name].automatic:
        raise Http404
    found = fetch(request.actor, pk)
    return attempt_move(
        request,
        name,
        lambda: authorizations.move(
            name,
            actor=request.actor,
            authorization=found,
            version=posted_version(request),
            reason=request.POST.get("reason", ""),
        ),
        done=_("已办理：%s。") % AUTHORIZATION.moves[name].label,
        back=reverse("sharing:authorization", args=[pk]),
        again=lambda failed, status: page(request, fetch(request.actor, pk), failed, status),
    )


@login_required
@never_cache
@require_POST
def file(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The granted data as a file; fetching it is an act on record, hence POST."""
    found = fetch(request.actor, pk)
    try:
        download = files.download(actor=request.actor, authorization=found)
    except ValidationError as error:
        return _refused(request, found, error)
    return file_response(download.content, download.file_name)


def fetch(actor: Actor, pk: int) -> Authorization:
    rows = Authorization.objects.select_related(
        "entry", "provider", "consumer", "application"
    ).defer("entry__search")
    return authorization_policy.fetch(actor, rows, pk=pk)


def _refused(request: ActorRequest, found: Authorization, error: ValidationError) -> HttpResponse:
    for text in error_texts(error):
        messages.error(request, text)
    return redirect("sharing:authorization", pk=found.pk)


def page(
    request: ActorRequest,
    found: Authorization,
    failed: FailedMove | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one authorization; `failed` is the move that was refused, of a code or its own."""
    actor = request.actor
    by_interface, over = found.method == Method.INTERFACE, granted.is_over(found)
    called = calling(request, found)
    calls = ServiceCall.objects.filter(authorization=found)
    history, panels = granted.history_of(found), panels_of(request, found)
    context = {
        "authorization": found,
        "tone": granted.TONES[found.state],
        "attributes": granted.attributes_of(found, used=served_today(found)),
        "left": granted.time_left(found),
        "moves": buttons(AUTHORIZATION, found, actor, "sharing:authorization_move"),
        "failed": failed,
        "terms": granted.term_attributes(found.terms),
        "items": found.terms["items"],
        "intact": authorizations.intact(found),
        "by_interface": by_interface,
        "over": over,
        **operation.announced(called["service"] if called and by_interface and not over else None),
        "codes_in_use": list(shown.lines(found, actor)),
        "codes": list(codes.codes_of_the_past(found)[:CODES_SHOWN]),
        "fetching": shown.fetching(found, actor),
        "may_use": authorization_policy.allows(actor, "use", found),
        "may_renew": granted.may_renew(actor, found),
        "may_fetch": found.state == AuthorizationState.ACTIVE and found.is_in_period,
        "delivery": authorizations.delivery_due(found),
        "calling": called,
        "calls": list(calls.select_related("service")[:CALLS_SHOWN]),
        "chart": _chart(request, found),
        "chart_tabs": _chart_tabs(request),
        "panels": panels,
        "history": history,
        "stopped": history[0] if found.state in STOPPED else None,
        "is_user": actor.may("view_sharing", found.consumer_id),
        "disputable": any(one.id == "disputes" for one in panels),
        "crumbs": [_first_crumb(), Crumb(found.number)],
    }
    return render(request, "sharing/authorization.html", context, status=status)


def calling(request: ActorRequest, found: Authorization) -> dict[str, Any] | None:
    """The address of the service and a sample of a call; None while there is no service."""
    service = service_of(found.entry)
    if service is None:
        return None
    address = request.build_absolute_uri(reverse("gateway:records", args=[service.code]))
    plain = [item["name"] for item in found.terms["items"] if not item["masked"]]
    signs, filter_by = codes.must_sign(found), plain[0] if plain else ""
    curl, *_programs = samples_of(
        found.entry.title, address, filter_by, signs=signs, purpose=found.terms["use_basis"]
    )
    return {"service": service, "address": address, "signs": signs, "sample": curl}


def _chart(request: ActorRequest, found: Authorization) -> ChartSpec:
    by_month = request.GET.get("chart") == "months"
    period = usage.Period.months(MONTHS) if by_month else usage.Period.days(DAYS)
    title = _("近%d个月调用次数") % MONTHS if by_month else _("近%d天调用次数") % DAYS
    return usage.chart(usage.use_of(Q(authorization=found), period), id="use", title=title)


def _chart_tabs(request: ActorRequest) -> list[Tab]:
    by_month = request.GET.get("chart") == "months"
    return [
        Tab(_("按日"), "?chart=days#use-panel", not by_month),
        Tab(_("按月"), "?chart=months#use-panel", by_month),
    ]


def trail(found: Authorization) -> list[Crumb]:
    return [
        _first_crumb(),
        Crumb(found.number, reverse("sharing:authorization", args=[found.pk])),
    ]


def _first_crumb() -> Crumb:
    return Crumb(_("共享授权"), reverse("sharing:authorizations"))
