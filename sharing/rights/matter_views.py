"""Matters of use: lists of both sides, raising one, its page with what may be done (SC-25, SC-27)."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citybrain.duties.queries import open_by_subject
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import submitted
from citybrain.pages import (
    ActorRequest,
    attempt_move,
    buttons,
    posted_inputs,
    posted_version,
    timeline,
)
from citybrain.ui import Attribute, Crumb, FailedMove, Tone
from sharing.listing import listed
from sharing.models import Authorization, RightsMatter
from sharing.policies import authorization_policy
from sharing.rights import matters
from sharing.rights.choices import MATTER_WAITS_FOR, MatterKind, MatterState
from sharing.rights.forms import FORMS, MatterFilter
from sharing.rights.matter_moves import MATTER
from sharing.rights.policies import matter_policy

STATES = dict(MatterState.choices)
WAITING: Tone = "warning"
TONES: dict[str, Tone] = {
    MatterState.RECTIFIED: "success",
    MatterState.ENDED: "danger",
    MatterState.OBJECTED: "danger",
    MatterState.FILED: "success",
    MatterState.GRANTED: "success",
    MatterState.REFUSED: "danger",
    MatterState.WITHDRAWN: "muted",
}


@login_required
@require_safe
def matter_list(request: ActorRequest) -> HttpResponse:
    found = listed(
        request,
        _with_grant(RightsMatter.objects.all()),
        matter_policy,
        MatterFilter(request.GET),
        used=(_("我单位使用的"), "authorization__consumer"),
        provided=(_("我单位提供的"), "authorization__provider"),
    )
    context = found.context(request, TONES)
    return render(request, "sharing/rights/matter_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def matter_new(request: ActorRequest, pk: int, kind: str) -> HttpResponse:
    """Raises a matter of the kind on the authorization `pk`."""
    if kind not in FORMS:
        raise Http404
    grant = authorization_policy.fetch(
        request.actor,
        Authorization.objects.select_related("entry", "consumer", "provider").defer(
            "entry__search"
        ),
        pk=pk,
    )
    if not matter_policy.may_raise(request.actor, RightsMatter(authorization=grant, kind=kind)):
        raise PermissionDenied(_("您的角色不能办理这一事项。"))
    form: forms.Form = FORMS[kind](request.POST or None)
    made, status = submitted(
        form,
        lambda given: matters.raise_matter(
            actor=request.actor, authorization=grant, kind=kind, **given
        ),
    )
    if made is not None:
        messages.success(request, _("已提出，对方单位已收到通知。"))
        return redirect("sharing:matter", pk=made.pk)
    context = {
        "grant": grant,
        "title": MatterKind(kind).label,
        "form": form,
        "back": reverse("sharing:authorization", args=[pk]),
        "crumbs": [
            Crumb(_("使用权事项"), reverse("sharing:matters")),
            Crumb(str(MatterKind(kind).label)),
        ],
    }
    return render(request, "sharing/rights/matter_form.html", context, status=status)


@login_required
@require_safe
def matter(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@login_required
@require_POST
def matter_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    if name not in MATTER.moves:
        raise Http404
    found = _fetch(request.actor, pk)
    return attempt_move(
        request,
        name,
        lambda: matters.move(
            name,
            actor=request.actor,
            matter=found,
            version=posted_version(request),
            inputs=posted_inputs(request, MATTER.moves[name]),
        ),
        done=_("已办理：%s。") % MATTER.moves[name].label,
        back=reverse("sharing:matter", args=[pk]),
        again=lambda failed, status: _page(request, pk, failed, status),
    )


def _page(
    request: ActorRequest, pk: int, failed: FailedMove | None = None, status: int = 200
) -> HttpResponse:
    found = _fetch(request.actor, pk)
    context = {
        "found": found,
        "tone": TONES.get(found.state, WAITING),
        "waiting_on": _waiting_on(found),
        "duty": open_by_subject([found]).get(found.pk),
        "attributes": _attributes(found),
        "moves": buttons(MATTER, found, request.actor, "sharing:matter_move"),
        "failed": failed,
        "history": timeline(found, STATES),
        "crumbs": [Crumb(_("使用权事项"), reverse("sharing:matters")), Crumb(found.number)],
    }
    return render(request, "sharing/rights/matter.html", context, status=status)


def _waiting_on(found: RightsMatter) -> str:
    if found.state == MatterState.AGREED:
        return _("市大数据主管部门")
    side = MATTER_WAITS_FOR.get(found.state)
    return str(getattr(found.authorization, side).name) if side else ""


def _fetch(actor: Actor, pk: int) -> RightsMatter:
    return matter_policy.fetch(actor, _with_grant(RightsMatter.objects.all()), pk=pk)


def _with_grant(rows: QuerySet[RightsMatter]) -> QuerySet[RightsMatter]:
    return rows.select_related(
        "authorization__entry", "authorization__consumer", "authorization__provider"
    ).defer("authorization__entry__search", "authorization__terms")


def _attributes(found: RightsMatter) -> list[Attribute]:
    grant = found.authorization
    shown = [
        Attribute(_("编号"), found.number),
        Attribute(_("授权"), str(grant), url=reverse("sharing:authorization", args=[grant.pk])),
        Attribute(_("使用单位"), grant.consumer.name),
        Attribute(_("提供单位"), grant.provider.name),
        Attribute(_("提出时间"), date_format(timezone.localtime(found.raised_at), "Y年n月j日 H:i")),
    ]
    if found.wanted_on:
        day = date_format(found.wanted_on, "Y年n月j日")
        shown.append(Attribute(_("拟停止或者变更的日期"), day))
    for label, words in (
        (_("第三方名称"), found.recipient),
        (_("备案文号"), found.filing_number),
    ):
        if words:
            shown.append(Attribute(label, words))
    shown.append(Attribute(_("事由"), found.text, wide=True))
    if found.response:
        shown.append(Attribute(_("对方意见"), found.response, wide=True))
    return shown
