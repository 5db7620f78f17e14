"""Disputes: lists of both sides, raising one, its page with moves and experts' opinions (SC-28)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citybrain.downloads import file_response
from citybrain.duties.queries import open_by_subject
from citybrain.duties.rules import rule_of
from citybrain.labels import article_label
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import submitted
from citybrain.pages import (
    ActorRequest,
    attempt,
    attempt_move,
    buttons,
    posted_inputs,
    posted_version,
    timeline,
)
from citybrain.ui import Attribute, Crumb, FailedMove, TimelineEntry, Tone
from sharing.attachments.views import context_of as attachments_on
from sharing.disputes import services
from sharing.disputes.bundle import bundle, exports_of
from sharing.disputes.choices import OPEN, DisputeState
from sharing.disputes.forms import DisputeFilter, DisputeForm, ExpertForm
from sharing.disputes.policies import dispute_policy
from sharing.disputes.transitions import DISPUTE, NEGOTIATE
from sharing.listing import listed
from sharing.models import Dispute, ExpertOpinion, ShareApplication
from sharing.policies import application_policy

STATES = dict(DisputeState.choices)
TONES: dict[str, Tone] = {
    DisputeState.NEGOTIATING: "warning",
    DisputeState.MEDIATING: "warning",
    DisputeState.DECIDING: "danger",
    DisputeState.SETTLED: "success",
    DisputeState.DECIDED: "info",
    DisputeState.EXECUTED: "success",
    DisputeState.WITHDRAWN: "muted",
}
EXPORTS_SHOWN = 10


@login_required
@require_safe
def disputes(request: ActorRequest) -> HttpResponse:
    found = listed(
        request,
        _with_application(Dispute.objects.all()),
        dispute_policy,
        DisputeFilter(request.GET),
        used=(_("我单位提出的"), "department"),
        provided=(_("对我单位提出的"), "respondent"),
    )
    context = found.context(request, TONES)
    return render(request, "sharing/disputes/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dispute_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Raises a dispute on the application `pk`, by either side."""
    application = application_policy.fetch(
        request.actor,
        ShareApplication.objects.select_related("entry", "department", "provider"),
        pk=pk,
    )
    services.require_side(request.actor, application)
    form = DisputeForm(request.POST or None)
    made, status = submitted(
        form,
        lambda given: services.raise_dispute(actor=request.actor, application=application, **given),
    )
    if made is not None:
        days = rule_of(NEGOTIATE).days
        messages.success(request, _("已提出争议，对方单位应在%d个工作日内提出协商意见。") % days)
        return redirect("sharing:dispute", pk=made.pk)
    context = {
        "application": application,
        "form": form,
        "back": reverse("sharing:application", args=[pk]),
        "crumbs": [Crumb(_("共享争议"), reverse("sharing:disputes")), Crumb(_("提出争议"))],
    }
    return render(request, "sharing/disputes/form.html", context, status=status)


@login_required
@require_safe
def dispute(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@login_required
@require_POST
def dispute_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    if name not in DISPUTE.moves:
        raise Http404
    found = _fetch(request.actor, pk)
    return attempt_move(
        request,
        name,
        lambda: services.move(
            name,
            actor=request.actor,
            dispute=found,
            version=posted_version(request),
            inputs=posted_inputs(request, DISPUTE.moves[name]),
        ),
        done=_("已办理：%s。") % DISPUTE.moves[name].label,
        back=reverse("sharing:dispute", args=[pk]),
        again=lambda failed, status: _page(request, pk, failed, status),
    )


@login_required
@require_POST
def expert_ask(request: ActorRequest, pk: int) -> HttpResponse:
    """The bureau notes whom it asked for an opinion, and what (HK-5)."""
    found = _fetch(request.actor, pk)
    dispute_policy.require(request.actor, "mediate", found)
    form = ExpertForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, expert_form=form, status=422)
    services.ask_expert(actor=request.actor, dispute=found, **form.cleaned_data)
    messages.success(request, _("已登记专家咨询，收到意见后在此记录。"))
    return redirect("sharing:dispute", pk=pk)


@login_required
@require_POST
def expert_answer(request: ActorRequest, pk: int, opinion: int) -> HttpResponse:
    found = _fetch(request.actor, pk)
    dispute_policy.require(request.actor, "mediate", found)
    given = get_object_or_404(ExpertOpinion, pk=opinion, dispute=found)
    return attempt(
        request,
        lambda: services.note_opinion(
            actor=request.actor, opinion=given, answer=request.POST.get("answer", "")
        ),
        done=_("已记录专家意见。"),
        back=reverse("sharing:dispute", args=[pk]),
    )


@login_required
@never_cache
@require_POST
def dispute_bundle(request: ActorRequest, pk: int) -> HttpResponseBase:
    """All papers in one archive; taking them is an act on record, hence POST."""
    made = bundle(actor=request.actor, dispute=_fetch(request.actor, pk))
    return file_response(made, made.name)


def _page(
    request: ActorRequest,
    pk: int,
    failed: FailedMove | None = None,
    status: int = 200,
    expert_form: ExpertForm | None = None,
) -> HttpResponse:
    found = _fetch(request.actor, pk)
    mediates = dispute_policy.allows(request.actor, "mediate", found) and found.state in OPEN
    context = {
        "found": found,
        "tone": TONES[found.state],
        "duty": open_by_subject([found]).get(found.pk),
        "attributes": _attributes(found),
        "moves": buttons(DISPUTE, found, request.actor, "sharing:dispute_move"),
        "choices": {"effect": services.effects_of(found)},
        "failed": failed,
        "opinions": list(found.opinions.select_related("asked_by")),
        "expert_form": (expert_form or ExpertForm()) if mediates else None,
        "attachments": attachments_on(request.actor, found),
        "exports": exports_of(found)[:EXPORTS_SHOWN],
        "history": [*timeline(found, STATES), _raised(found)],
        "crumbs": [Crumb(_("共享争议"), reverse("sharing:disputes")), Crumb(found.number)],
    }
    return render(request, "sharing/disputes/detail.html", context, status=status)


def _fetch(actor: Actor, pk: int) -> Dispute:
    return dispute_policy.fetch(actor, _with_application(Dispute.objects.all()), pk=pk)


def _with_application(rows: QuerySet[Dispute]) -> QuerySet[Dispute]:
    return rows.select_related(
        "application__entry", "application__provider", "department", "respondent", "submitted_by"
    ).defer("application__entry__search")


def _raised(found: Dispute) -> TimelineEntry:
    """How it began."""
    return TimelineEntry(
        label=_("提出争议"),
        at=found.raised_at,
        who=found.submitted_by.name if found.submitted_by else "",
        department=found.department.short_name,
        to_label=STATES[DisputeState.NEGOTIATING],
        basis=article_label("SC-28"),
    )


def _attributes(found: Dispute) -> list[Attribute]:
    said: list[tuple[str, Any]] = [
        (_("争议事项和主张"), found.claim),
        (_("依据"), found.basis),
        (_("对方意见"), found.reply),
        (_("大数据主管部门的协调意见"), found.opinion),
        (_("结果"), found.outcome),
        (_("执行情况"), found.execution),
    ]
    return [
        Attribute(_("争议编号"), found.number),
        Attribute(
            _("共享申请"),
            str(found.application),
            url=reverse("sharing:application", args=[found.application_id]),
        ),
        Attribute(_("提出单位"), found.department.name),
        Attribute(_("对方单位"), found.respondent.name),
        Attribute(_("提出时间"), date_format(timezone.localtime(found.raised_at), "Y年n月j日 H:i")),
        Attribute(_("决定文号"), found.document_number),
        Attribute(_("对授权的影响"), found.get_effect_display() if found.effect else ""),
        *(Attribute(label, words, wide=True) for label, words in said if words),
    ]
