"""Share applications: the lists of both sides, one application, and the moves made with it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.choices import SharingType
from citybrain import workflow
from citybrain.duties.queries import open_by_subject
from citybrain.organizations.actors import Actor
from citybrain.pages import (
    ActorRequest,
    attempt_move,
    buttons,
    page_of,
    panels_of,
    posted_version,
    timeline,
)
from citybrain.ui import Crumb, DiffRow, FailedMove, Tab
from sharing import application_queries as queries
from sharing import considering
from sharing.attachments.views import context_of as attachments_on
from sharing.choices import LIVE_APPLICATIONS, REFUSAL_GROUNDS, ApplicationState
from sharing.forms.application import ApplicationFilter, ExtensionForm, MoveForm
from sharing.models import ShareApplication
from sharing.policies import application_policy
from sharing.services import applications, extensions
from sharing.transitions import APPLICATION, EXTENSION

PER_PAGE = 20
STATES = dict(ApplicationState.choices)
CHOICES = {"refusal_basis": [(ground, ground) for ground in REFUSAL_GROUNDS]}


@login_required
@require_safe
def application_list(request: ActorRequest) -> HttpResponse:
    """What the department asked for, what it was asked for, and the whole city for supervision."""
    offered = queries.tabs_for(request.actor)
    if not offered:
        raise PermissionDenied(_("您的角色不能办理这一事项。"))
    tab = request.GET.get("tab", "")
    tab = tab if tab in offered else offered[0]
    form = ApplicationFilter(request.GET)
    rows = queries.applications(
        request.actor, tab, **form.chosen(), sort=request.GET.get("sort", "")
    )
    page = page_of(request, rows, PER_PAGE)
    duties = open_by_subject(page.object_list)
    context = {
        "tab": tab,
        "tabs": _tabs(offered, tab),
        "form": form,
        "page": page,
        "rows": [(one, queries.standing_in_list(one), duties.get(one.pk)) for one in page],
        "filtered": bool(form.chosen()),
        "all_url": _tab_url(tab),
        "may_apply": request.actor.may("apply_sharing", request.actor.department_id),
        "may_answer": request.actor.holds("answer_applications"),
    }
    return render(request, "sharing/application_list.html", context)


@login_required
@require_safe
def application(request: ActorRequest, pk: int) -> HttpResponse:
    return page(request, queries.fetch(request.actor, pk))


@login_required
@require_POST
def application_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """Makes a move of the transition table; refused, the page shows why and what was typed."""
    if name not in APPLICATION.moves or APPLICATION.moves[name].automatic:
        raise Http404
    found = queries.fetch(request.actor, pk)
    move = APPLICATION.moves[name]
    form = MoveForm(request.POST, names=move.requires)
    left_out = considering.left_out_of(request.POST)
    at_once = name == "sign" and applications.type_asked_for(found) == SharingType.UNCONDITIONAL
    return attempt_move(
        request,
        name,
        lambda: applications.move(
            name,
            actor=request.actor,
            application=found,
            version=posted_version(request),
            inputs=form.inputs(),
            left_out=left_out,
        ),
        done=(
            _("已签发。该信息资源无条件共享，系统已按规则同意并授权。")
            if at_once
            else _("已逐项答复：%d项不同意，其余同意。") % len(left_out)
            if left_out
            else _("已办理：%s。") % move.label
        ),
        back=reverse("sharing:application", args=[pk]),
        again=lambda failed, status: page(
            request, queries.fetch(request.actor, pk), failed=failed, status=status
        ),
    )


def page(
    request: ActorRequest,
    found: ShareApplication,
    *,
    failed: FailedMove | None = None,
    asking: ExtensionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of an application, as it is and after something with it was refused."""
    actor = request.actor
    inside = application_policy.sees_inside(actor, found)
    duties = queries.duties_shown(found, inside=inside)
    grant = queries.grant_on(found)
    lines = considering.item_lines(found, grant)
    offered = buttons(APPLICATION, found, actor, "sharing:application_move")
    state, tone = queries.standing_of(found, lines)
    context = {
        "application": found,
        "state": state,
        "tone": tone,
        "attributes": queries.attributes_of(found),
        "lines": lines,
        "answered": found.state in considering.DECIDED,
        "grant": grant,
        "attachments": attachments_on(actor, found),
        "papers": found.papers.defer("content"),
        # A supplement is a form of its own, with the application to be corrected.
        "moves": [one for one in offered if one.name != "supplement"],
        "may_supplement": any(one.name == "supplement" for one in offered),
        "corrected": [DiffRow(**row) for row in found.supplement_changes],
        "choices": CHOICES,
        "failed": failed,
        "may_edit": found.state == ApplicationState.DRAFT
        and application_policy.allows(actor, "apply", found),
        "may_repeat": found.state not in LIVE_APPLICATIONS
        and application_policy.allows(actor, "apply", found),
        "steps": queries.steps_of(found),
        "waiting_on": queries.waiting_on(found),
        "duties": duties,
        "clocks": considering.clocks_of(found, inside=inside),
        "deciding_open": failed is not None and failed.name == "agree",
        "deciding": _deciding(request, found, lines),
        "precedents": (
            considering.precedents_of(actor, found)
            if found.submitted_at and considering.may_compare(actor, found)
            else None
        ),
        "sent_back": queries.sent_back(found) if inside else None,
        "panels": panels_of(request, found),
        "history": timeline(found, STATES, without=() if inside else queries.INSIDE_MOVES),
        "crumbs": [
            Crumb(_("共享申请"), reverse("sharing:applications")),
            Crumb(found.entry.title),
        ],
        **_extension(actor, found, asking),
    }
    return render(request, "sharing/application_detail.html", context, status=status)


def _deciding(
    request: ActorRequest, found: ShareApplication, lines: list[considering.ItemLine]
) -> list[tuple[considering.ItemLine, bool, str]]:
    """Each item with what was typed of it, for an answer item by item; none for those who cannot."""
    moves = {move.name for move in workflow.available(APPLICATION, found, request.actor)}
    if "agree" not in moves:
        return []
    left_out = considering.left_out_of(request.POST)
    return [
        (line, line.item.pk in left_out, request.POST.get(f"why-{line.item.pk}", ""))
        for line in lines
    ]


def _extension(
    actor: Actor, found: ShareApplication, asking: ExtensionForm | None
) -> dict[str, Any]:
    """The request for more time: as it stands, to be decided on, or to be made."""
    request = getattr(found, "extension", None)
    may_ask = application_policy.allows(actor, "answer", found) and extensions.may_be_asked(found)
    return {
        "extension": request,
        "extension_tone": queries.EXTENSION_TONES[request.state] if request else "",
        "extension_moves": (
            buttons(EXTENSION, request, actor, "sharing:extension_decide") if request else []
        ),
        "asking": asking or (ExtensionForm() if may_ask else None),
        "most_days": extensions.MOST_DAYS,
    }


def _tabs(offered: list[str], active: str) -> list[Tab]:
    return [Tab(queries.TABS[tab], _tab_url(tab), tab == active) for tab in offered]


def _tab_url(tab: str) -> str:
    return f"{reverse('sharing:applications')}?{urlencode({'tab': tab})}"
