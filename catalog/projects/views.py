"""Pages of the register of projects, and their acceptance."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Project
from catalog.policies import FOLLOWERS
from catalog.projects import queries, services
from catalog.projects.choices import OPEN, ProjectState
from catalog.projects.forms import ProjectFilter, ProjectForm
from catalog.projects.gaps import gaps_of, resources_of
from catalog.projects.policies import project_policy
from catalog.projects.transitions import PROJECT
from catalog.systems.policies import supervises
from catalog.systems.queries import TONES as SYSTEM_TONES
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import add_refusal
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
from citybrain.refusals import Conflict
from citybrain.ui import Crumb, FailedMove

STATES = dict(ProjectState.choices)
WORDS = ("reason", "opinion")


@login_required
@require_safe
def project_list(request: ActorRequest) -> HttpResponse:
    require_anywhere(request.actor, *FOLLOWERS)
    form = ProjectFilter(request.GET, actor=request.actor)
    found = project_policy.queryset(request.actor).filter(form.q_of())
    page = page_of(request, queries.listed(found))
    context = {
        "form": form,
        "filtered": bool(form.chosen()),
        "page": page,
        "rows": [(one, queries.TONES[one.state]) for one in page],
        "may_register": request.actor.holds("register_systems"),
        "sees_all": supervises(request.actor),
    }
    return render(request, "catalog/projects/list.html", context)


@login_required
@require_safe
def project(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@login_required
@require_POST
def project_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    if name not in PROJECT.moves:
        raise Http404
    found = _fetch(request.actor, pk)
    return attempt_move(
        request,
        name,
        lambda: services.move_project(
            name,
            actor=request.actor,
            project=found,
            version=posted_version(request),
            words={word: request.POST[word] for word in WORDS if word in request.POST},
        ),
        done=_("已办理：%s。") % PROJECT.moves[name].label,
        back=queries.detail_url(found),
        again=lambda failed, status: _page(request, pk, failed, status),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def project_new(request: ActorRequest) -> HttpResponse:
    require_anywhere(request.actor, "register_systems")
    return _form(request, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def project_edit(request: ActorRequest, pk: int) -> HttpResponse:
    found = _fetch(request.actor, pk)
    project_policy.require(request.actor, "register", found)
    if found.state not in OPEN and request.method != "POST":
        raise Conflict(
            _("正在验收或者已经验收的项目不能修改，申请中的请先撤回。"),
            state_label=found.get_state_display(),
        )
    return _form(request, found)


def _form(request: ActorRequest, found: Project | None) -> HttpResponse:
    form = ProjectForm(request.POST or None, actor=request.actor, instance=found)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(request, found, form)
        except ValidationError as error:
            add_refusal(form, error)
            status = 422
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 409
        else:
            messages.success(request, _("项目已保存。"))
            return redirect(queries.detail_url(saved))
    label = _("修改") if found else _("登记项目")
    crumbs = [Crumb(_("信息化项目"), reverse("catalog:projects"))]
    if found:
        crumbs.append(Crumb(found.name, queries.detail_url(found)))
    context = {
        "project": found,
        "form": form,
        "back": queries.detail_url(found) if found else reverse("catalog:projects"),
        "crumbs": [*crumbs, Crumb(label)],
    }
    return render(request, "catalog/projects/form.html", context, status=status)


def _save(request: ActorRequest, found: Project | None, form: ProjectForm) -> Project:
    systems = list(form.cleaned_data["systems"])
    if found is None:
        return services.register_project(
            actor=request.actor,
            department=form.cleaned_data["department"],
            values=form.values(),
            systems=systems,
        )
    return services.change_project(
        actor=request.actor,
        project=found,
        version=form.cleaned_data["version"],
        values=form.values(),
        systems=systems,
    )


def _page(
    request: ActorRequest, pk: int, failed: FailedMove | None = None, status: int = 200
) -> HttpResponse:
    found = _fetch(request.actor, pk)
    systems = list(found.systems.all())
    accepted = found.state == ProjectState.ACCEPTED
    context = {
        "project": found,
        "tone": queries.TONES[found.state],
        "steps": queries.steps_of(found),
        "attributes": queries.attributes_of(found),
        "systems": [(system, SYSTEM_TONES[system.state]) for system in systems],
        "gaps": [] if accepted else gaps_of(found),
        "accepted": accepted,
        "resources": len(resources_of(found)),
        "panels": panels_of(request, found),
        "may_edit": found.state in OPEN and project_policy.allows(request.actor, "register", found),
        "moves": buttons(PROJECT, found, request.actor, "catalog:project_move"),
        "failed": failed,
        "history": [*timeline(found, STATES), queries.registered(found)],
        "crumbs": [Crumb(_("信息化项目"), reverse("catalog:projects")), Crumb(found.name)],
    }
    return render(request, "catalog/projects/detail.html", context, status=status)


def _fetch(actor: Actor, pk: int) -> Project:
    rows = Project.objects.select_related("department", "created_by__department")
    return project_policy.fetch(actor, rows, pk=pk)
