"""Pages of the register of what allows data to leave the country."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citybrain.labels import field_label
from citybrain.organizations.forms import add_refusal
from citybrain.pages import ActorRequest, attempt_move, buttons, page_of, posted_version, timeline
from citybrain.policies import require_anywhere
from citybrain.ui import Attribute, Crumb, FailedMove, Tone
from security.abroad import services
from security.abroad.choices import AssessmentState
from security.abroad.forms import ExportFilter, ExportForm
from security.abroad.policies import READERS, export_policy
from security.abroad.transitions import EXPORT
from security.models import ExportAssessment

STATES = dict(AssessmentState.choices)
TONES: dict[str, Tone] = {
    AssessmentState.REGISTERED: "info",
    AssessmentState.CONFIRMED: "success",
    AssessmentState.RETURNED: "warning",
    AssessmentState.ENDED: "muted",
}


@login_required
@require_safe
def export_list(request: ActorRequest) -> HttpResponse:
    require_anywhere(request.actor, *READERS)
    form = ExportFilter(request.GET)
    chosen = form.chosen()
    rows = export_policy.queryset(request.actor).select_related("department")
    if "state" in chosen:
        rows = rows.filter(state=chosen["state"])
    if "q" in chosen:
        words = chosen["q"]
        rows = rows.filter(
            Q(number__icontains=words)
            | Q(recipient__icontains=words)
            | Q(department__name__icontains=words)
        )
    page = page_of(request, rows)
    today = timezone.localdate()
    context = {
        "form": form,
        "filtered": bool(chosen),
        "page": page,
        "rows": [(one, TONES[one.state], one.valid_until < today) for one in page],
        "may_register": request.actor.may("register_exports", request.actor.department_id),
    }
    return render(request, "security/abroad/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def export_new(request: ActorRequest) -> HttpResponse:
    if not request.actor.may("register_exports", request.actor.department_id):
        raise PermissionDenied(_("您的角色不能办理这一事项。"))
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.register(actor=request.actor, values=form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("已登记，等待网信部门核对。"))
            return redirect("security:export", pk=made.pk)
    context = {"form": form, "crumbs": [_crumb(), Crumb(_("登记"))]}
    status = 422 if form.is_bound else 200
    return render(request, "security/abroad/form.html", context, status=status)


@login_required
@require_safe
def export(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@login_required
@require_POST
def export_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    if name not in EXPORT.moves:
        raise Http404
    found = export_policy.fetch(request.actor, pk=pk)
    return attempt_move(
        request,
        name,
        lambda: services.move(
            name,
            actor=request.actor,
            assessment=found,
            version=posted_version(request),
            reason=request.POST.get("reason", "").strip(),
        ),
        done=_("已办理：%s。") % EXPORT.moves[name].label,
        back=reverse("security:export", args=[pk]),
        again=lambda failed, status: _page(request, pk, failed, status),
    )


def _page(
    request: ActorRequest, pk: int, failed: FailedMove | None = None, status: int = 200
) -> HttpResponse:
    rows = ExportAssessment.objects.select_related("department", "submitted_by")
    found = export_policy.fetch(request.actor, rows, pk=pk)
    context = {
        "assessment": found,
        "tone": TONES[found.state],
        "attributes": _attributes(found),
        "moves": buttons(EXPORT, found, request.actor, "security:export_move"),
        "failed": failed,
        "history": timeline(found, STATES),
        "crumbs": [_crumb(), Crumb(found.number)],
    }
    return render(request, "security/abroad/detail.html", context, status=status)


def _attributes(found: ExportAssessment) -> list[Attribute]:
    shown = {
        "way": found.get_way_display(),
        "concluded_on": date_format(found.concluded_on, "Y年n月j日"),
        "valid_until": date_format(found.valid_until, "Y年n月j日"),
    }
    return [
        Attribute(
            field_label(ExportAssessment, name),
            shown.get(name, getattr(found, name)),
            wide=name == "scope",
        )
        for name in ("department", *services.FIELDS)
    ]


def _crumb() -> Crumb:
    return Crumb(_("数据出境"), reverse("security:exports"))
