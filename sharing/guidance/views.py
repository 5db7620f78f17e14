"""Guidance and technical support: the lists of both sides, a question, and its answers."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from catalog.queries import detail_url
from citybrain.duties.queries import open_by_subject
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import add_refusal
from citybrain.pages import (
    ActorRequest,
    attempt_move,
    buttons,
    posted_version,
    timeline,
)
from citybrain.typed import whole_number
from citybrain.ui import Attribute, Crumb, FailedMove
from sharing.considering import clocks_of
from sharing.guidance import services
from sharing.guidance.choices import TONES, GuidanceState
from sharing.guidance.forms import GuidanceFilter, GuidanceForm
from sharing.guidance.policies import guidance_policy
from sharing.guidance.transitions import GUIDANCE
from sharing.listing import listed
from sharing.models import GuidanceTicket, ShareApplication
from sharing.policies import application_policy

STATES = dict(GuidanceState.choices)


@login_required
@require_safe
def ticket_list(request: ActorRequest) -> HttpResponse:
    rows = GuidanceTicket.objects.select_related("entry", "department", "provider")
    found = listed(
        request,
        rows.defer("entry__search"),
        guidance_policy,
        GuidanceFilter(request.GET),
        used=(_("我单位提出的"), "department"),
        provided=(_("我单位收到的"), "provider"),
    )
    context = found.context(request, TONES)
    return render(request, "sharing/guidance/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_new(request: ActorRequest, pk: int) -> HttpResponse:
    """A question about the entry `pk`."""
    rows = CatalogEntry.objects.select_related("department").defer("search")
    entry = entry_policy.fetch(request.actor, rows, pk=pk)
    if not request.actor.may("apply_sharing", request.actor.department_id):
        raise PermissionDenied(_("您的角色不能办理这一事项。"))
    application = _about(request, entry)
    form = GuidanceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.ask(
                actor=request.actor, entry=entry, application=application, **form.cleaned_data
            )
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("已提出，提供单位答复后会通知您。"))
            return redirect("sharing:guidance_ticket", pk=made.pk)
    context = {
        "entry": entry,
        "application": application,
        "form": form,
        "crumbs": [_crumb(), Crumb(_("提出"))],
    }
    status = 422 if form.is_bound else 200
    return render(request, "sharing/guidance/form.html", context, status=status)


def _about(request: ActorRequest, entry: CatalogEntry) -> ShareApplication | None:
    """The application of one's own department that `?application=` names."""
    pk = whole_number(request.GET.get("application", ""))
    if pk is None:
        return None
    own = ShareApplication.objects.filter(entry=entry, department=request.actor.department)
    return application_policy.fetch(request.actor, own, pk=pk)


@login_required
@require_safe
def ticket(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@login_required
@require_POST
def ticket_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    if name not in GUIDANCE.moves:
        raise Http404
    found = guidance_policy.fetch(request.actor, pk=pk)
    return attempt_move(
        request,
        name,
        lambda: services.move(
            name,
            actor=request.actor,
            ticket=found,
            version=posted_version(request),
            reason=request.POST.get("reason", "").strip(),
        ),
        done=_("已办理：%s。") % GUIDANCE.moves[name].label,
        back=reverse("sharing:guidance_ticket", args=[pk]),
        again=lambda failed, status: _page(request, pk, failed, status),
    )


def _page(
    request: ActorRequest, pk: int, failed: FailedMove | None = None, status: int = 200
) -> HttpResponse:
    rows = GuidanceTicket.objects.select_related(
        "entry", "department", "provider", "submitted_by", "application"
    )
    found = guidance_policy.fetch(request.actor, rows.defer("entry__search"), pk=pk)
    context = {
        "ticket": found,
        "tone": TONES[found.state],
        "duty": open_by_subject([found]).get(found.pk),
        "attributes": _attributes(request.actor, found),
        "clocks": clocks_of(found, inside=True),
        "moves": buttons(GUIDANCE, found, request.actor, "sharing:guidance_move"),
        "failed": failed,
        "history": timeline(found, STATES),
        "crumbs": [_crumb(), Crumb(found.number)],
    }
    return render(request, "sharing/guidance/ticket.html", context, status=status)


def _attributes(actor: Actor, found: GuidanceTicket) -> list[Attribute]:
    first = found.first_answered_at
    about = found.application
    if about is not None and not application_policy.queryset(actor).filter(pk=about.pk).exists():
        about = None  # not sent yet: only the department that writes it may know of it
    return [
        Attribute(_("提出单位"), found.department.name),
        Attribute(_("提供单位"), found.provider.name),
        Attribute(_("信息资源"), found.entry.title, url=detail_url(found.entry)),
        *(
            [
                Attribute(
                    _("共享申请"),
                    about.number,
                    url=reverse("sharing:application", args=[about.pk]),
                )
            ]
            if about
            else []
        ),
        Attribute(_("类别"), found.get_kind_display()),
        Attribute(_("提出时间"), _moment(found.asked_at)),
        Attribute(_("首次答复时间"), _moment(first) if first else _("尚未答复")),
        Attribute(_("说明"), found.text, wide=True),
    ]


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "Y年n月j日 H:i")


def _crumb() -> Crumb:
    return Crumb(_("指导和技术支持"), reverse("sharing:guidance"))
