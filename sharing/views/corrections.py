"""Corrections 校核: lists of both sides, reporting what is wrong, and the provider's answer (SC-26)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from citybrain.duties.queries import open_by_subject
from citybrain.labels import article_label
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import submitted
from citybrain.pages import (
    ActorRequest,
    attempt_move,
    buttons,
    page_of,
    posted_version,
    timeline,
)
from citybrain.ui import Attribute, Crumb, FailedMove, TimelineEntry, Tone
from sharing.choices import CorrectionState
from sharing.forms.corrections import CorrectionFilter, CorrectionForm
from sharing.models import CorrectionRequest
from sharing.policies import correction_policy
from sharing.services import corrections
from sharing.sides import chosen, sides_of, tabs_of
from sharing.transitions import CORRECTION

STATES = dict(CorrectionState.choices)
TONES: dict[str, Tone] = {
    CorrectionState.OPEN: "warning",
    CorrectionState.CORRECTED: "success",
    CorrectionState.UPHELD: "neutral",
}


@login_required
@require_safe
def correction_list(request: ActorRequest) -> HttpResponse:
    sides = sides_of(
        request.actor,
        used=(_("我单位提出的"), "department"),
        provided=(_("我单位收到的"), "provider"),
    )
    side = chosen(request, sides)
    form = CorrectionFilter(request.GET)
    found = (
        correction_policy.queryset(request.actor)
        .filter(side.condition, form.q_of())
        .select_related("entry", "department", "provider")
        .defer("entry__search")
        .order_by("-id")
    )
    page = page_of(request, found)
    duties = open_by_subject(page.object_list)
    context = {
        "tabs": tabs_of(sides, side),
        "side": side.name,
        "form": form,
        "filtered": bool(form.chosen()),
        "page": page,
        "rows": [(one, TONES[one.state], duties.get(one.pk)) for one in page],
    }
    return render(request, "sharing/correction_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correction_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Reports what is wrong with the entry `pk`, by a department that may use it."""
    entry = entry_policy.fetch(
        request.actor, CatalogEntry.objects.select_related("department").defer("search"), pk=pk
    )
    corrections.check_user(actor=request.actor, entry=entry)
    form = CorrectionForm(request.POST or None, entry=entry)
    made, status = submitted(
        form,
        lambda given: corrections.report(
            actor=request.actor, entry=entry, items=given["items"], problem=given["problem"]
        ),
    )
    if made is not None:
        messages.success(request, _("已提出校核，提供单位应在10个工作日内核实并反馈。"))
        return redirect("sharing:correction", pk=made.pk)
    context = {
        "entry": entry,
        "form": form,
        "crumbs": [
            Crumb(_("数据校核"), reverse("sharing:corrections")),
            Crumb(_("提出校核")),
        ],
    }
    return render(request, "sharing/correction_form.html", context, status=status)


@login_required
@require_safe
def correction(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@login_required
@require_POST
def correction_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """The provider's finding: corrected, or verified to be right."""
    if name not in CORRECTION.moves:
        raise Http404
    found = _fetch(request.actor, pk)
    return attempt_move(
        request,
        name,
        lambda: corrections.answer(
            actor=request.actor,
            correction=found,
            corrected=name == "correct",
            text=request.POST.get("reason", ""),
            version=posted_version(request),
        ),
        done=_("已反馈：%s。") % CORRECTION.moves[name].label,
        back=reverse("sharing:correction", args=[pk]),
        again=lambda failed, status: _page(request, pk, failed, status),
    )


def _page(
    request: ActorRequest, pk: int, failed: FailedMove | None = None, status: int = 200
) -> HttpResponse:
    found = _fetch(request.actor, pk)
    context = {
        "correction": found,
        "tone": TONES[found.state],
        "duty": open_by_subject([found]).get(found.pk),
        "attributes": _attributes(found),
        "moves": buttons(CORRECTION, found, request.actor, "sharing:correction_move"),
        "failed": failed,
        "history": [*timeline(found, STATES), _reported(found)],
        "crumbs": [
            Crumb(_("数据校核"), reverse("sharing:corrections")),
            Crumb(found.number),
        ],
    }
    return render(request, "sharing/correction.html", context, status=status)


def _fetch(actor: Actor, pk: int) -> CorrectionRequest:
    rows = CorrectionRequest.objects.select_related(
        "entry", "department", "provider", "submitted_by"
    ).defer("entry__search")
    return correction_policy.fetch(actor, rows, pk=pk)


def _attributes(found: CorrectionRequest) -> list[Attribute]:
    answered = found.answered_at
    return [
        Attribute(_("校核编号"), found.number),
        Attribute(
            _("信息资源"),
            found.entry.title,
            url=reverse("catalog:entry", args=[found.entry_id]),
        ),
        Attribute(_("提出单位"), found.department.name),
        Attribute(_("提供单位"), found.provider.name),
        Attribute(_("涉及信息项"), found.items, wide=True),
        Attribute(_("问题说明"), found.problem, wide=True),
        Attribute(_("核实结果"), found.answer, wide=True),
        Attribute(
            _("反馈时间"),
            date_format(timezone.localtime(answered), "Y年n月j日 H:i") if answered else "",
        ),
    ]


def _reported(found: CorrectionRequest) -> TimelineEntry:
    return TimelineEntry(
        label=_("提出校核"),
        at=found.created_at,
        who=found.submitted_by.name if found.submitted_by else "",
        department=found.department.short_name,
        to_label=STATES[CorrectionState.OPEN],
        basis=article_label("SC-26"),
    )
