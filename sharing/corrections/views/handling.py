"""One correction: what was reported, the provider's findings, the rows corrected, the answer (SC-26)."""

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citybrain.organizations.actors import Actor
from citybrain.pages import (
    ActorRequest,
    attempt,
    attempt_move,
    buttons,
    posted_version,
    timeline,
)
from citybrain.typed import whole_number
from citybrain.ui import Crumb, FailedMove
from sharing.choices import ServiceKind
from sharing.corrections.choices import CorrectionState, Finding
from sharing.corrections.findings import unmended
from sharing.corrections.policies import correction_policy
from sharing.corrections.services import verifying
from sharing.corrections.services.redelivering import with_receipts
from sharing.corrections.services.verifying import Found, is_writable
from sharing.corrections.shown import (
    STATES,
    TONES,
    ShownLine,
    attributes_of,
    lines_of,
    reported_entry,
)
from sharing.corrections.transitions import CORRECTION
from sharing.corrections.views.listing import duties_of
from sharing.models import CorrectionRequest, InterfaceService, OpenRedelivery, Redelivery


@login_required
@never_cache
@require_safe
def correction(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@login_required
@never_cache
@require_POST
def correction_verify(request: ActorRequest, pk: int) -> HttpResponse:
    """Keeps the findings of the lines; `rest` says what those are that nobody has looked at."""
    found = _fetch(request.actor, pk)
    correction_policy.require(request.actor, "answer", found)
    try:
        verifying.verify(actor=request.actor, correction=found, found=_posted(request, found))
    except ValidationError as error:
        errors = {name: " ".join(texts) for name, texts in error.message_dict.items()}
        return _page(request, pk, status=422, typed=request.POST.dict(), errors=errors)
    return redirect("sharing:correction", pk=pk)


@login_required
@require_POST
def correction_rows(request: ActorRequest, pk: int) -> HttpResponse:
    """Writes what was confirmed into the rows."""
    found = _fetch(request.actor, pk)
    return attempt(
        request,
        lambda: verifying.correct_rows(
            actor=request.actor,
            correction=found,
            seen=whole_number(request.POST.get("dataset", "")),
        ),
        done=_("数据行已更正，形成新的数据批次。请填写核实结果并反馈。"),
        back=reverse("sharing:correction", args=[pk]),
    )


@login_required
@require_POST
def correction_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """The provider's answer: corrected, in part, or verified to be right."""
    if name not in CORRECTION.moves or CORRECTION.moves[name].automatic:
        raise Http404
    found = _fetch(request.actor, pk)
    return attempt_move(
        request,
        name,
        lambda: verifying.answer(
            actor=request.actor,
            correction=found,
            name=name,
            text=request.POST.get("reason", ""),
            version=posted_version(request),
        ),
        done=_("已反馈：%s。") % CORRECTION.moves[name].label,
        back=reverse("sharing:correction", args=[pk]),
        again=lambda failed, status: _page(request, pk, failed, status),
    )


def _posted(request: ActorRequest, found: CorrectionRequest) -> dict[int, Found]:
    """The findings of the form, by the number of the line; lines left alone are not among them."""
    shown = lines_of(request.actor, found)
    data = request.POST
    return {
        one.line.number: _finding(one, data, finding)
        for one in shown
        if one.is_open
        and (
            finding := data.get(f"finding-{one.line.number}", "")
            or ("" if one.line.finding else data.get("rest", ""))
        )
    }


def _finding(one: ShownLine, data: QueryDict, finding: str) -> Found:
    number = one.line.number
    reason = data.get(f"reason-{number}", "").strip()
    if not reason and finding == Finding.UPHELD:
        reason = data.get("reason_rest", "").strip()
    return Found(
        finding=finding,
        reason=reason,
        value=data.get(f"value-{number}", one.value),
        added={name: data.get(field, "").strip() for field, name, _value in one.fields},
    )


def _page(
    request: ActorRequest,
    pk: int,
    failed: FailedMove | None = None,
    status: int = 200,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    actor, found = request.actor, _fetch(request.actor, pk)
    lines = lines_of(actor, found, typed=typed, errors=errors)
    service = InterfaceService.objects.filter(
        entry=found.entry_id, kind=ServiceKind.HOSTED, dataset__isnull=False
    ).first()
    is_open = found.state == CorrectionState.OPEN
    verifies = is_open and correction_policy.allows(actor, "answer", found)
    waiting = unmended(found) if verifies and service else []
    told = Redelivery.objects.filter(correction=found).select_related("authorization__consumer")
    redeliveries = list(with_receipts(told))
    context = {
        "correction": found,
        "tone": TONES[found.state],
        "duty": duties_of([found]).get(found.pk),
        "attributes": attributes_of(actor, found),
        "lines": lines,
        "verifies": verifies,
        "reads_rows": correction_policy.reads_rows(actor, found),
        "unverified": sum(not one.line.finding for one in lines),
        "waiting": waiting,
        "writable": sum(is_writable(line) for line in waiting),
        "dataset": service.dataset_id if service else None,
        "errors": errors or {},
        "typed": typed or {},
        "redeliveries": redeliveries,
        "opened": OpenRedelivery.objects.filter(correction=found).first(),
        "received": sum(one.received_at is not None for one in redeliveries),  # type: ignore[attr-defined]
        "moves": buttons(CORRECTION, found, actor, "sharing:correction_move"),
        "failed": failed,
        "history": [*timeline(found, STATES), reported_entry(found)],
        "crumbs": [
            Crumb(_("数据校核"), reverse("sharing:corrections")),
            Crumb(found.number),
        ],
    }
    return render(request, "sharing/corrections/correction.html", context, status=status)


def _fetch(actor: Actor, pk: int) -> CorrectionRequest:
    rows = CorrectionRequest.objects.select_related(
        "entry", "department", "provider", "submitted_by", "demand", "authorization"
    ).defer("entry__search")
    return correction_policy.fetch(actor, rows, pk=pk)
