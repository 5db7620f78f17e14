"""Pages of the register of information systems."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import InformationSystem
from catalog.policies import FOLLOWERS
from catalog.queries import TONES as ENTRY_TONES
from catalog.systems import exporting, queries, rules, services
from catalog.systems.choices import SystemState
from catalog.systems.forms import SystemFilter, SystemForm
from catalog.systems.policies import supervises, system_policy
from catalog.systems.transitions import SYSTEM
from citybrain.downloads import export_list, kind_of
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import add_refusal
from citybrain.pages import (
    ActorRequest,
    attempt_move,
    buttons,
    page_of,
    posted_version,
    timeline,
)
from citybrain.policies import require_anywhere
from citybrain.refusals import Conflict
from citybrain.ui import Crumb, FailedMove

STATES = dict(SystemState.choices)


@login_required
@require_safe
def system_list(request: ActorRequest) -> HttpResponse:
    require_anywhere(request.actor, *FOLLOWERS)
    form = SystemFilter(request.GET, actor=request.actor)
    page = page_of(request, queries.listed(_found(request.actor, form)))
    context = {
        "form": form,
        "filtered": bool(form.chosen()),
        "page": page,
        "rows": [(one, queries.TONES[one.state], len(rules.lacks(one))) for one in page],
        "query": request.GET.urlencode(),
        "may_register": request.actor.holds("register_systems"),
        "sees_all": supervises(request.actor),
    }
    return render(request, "catalog/systems/list.html", context)


@login_required
@require_POST
def system_export(request: ActorRequest) -> HttpResponseBase:
    """The list as it is filtered, as a file; exporting is on record."""
    require_anywhere(request.actor, *FOLLOWERS)
    kind = kind_of(request)
    rows = queries.listed(_found(request.actor, SystemFilter(request.GET, actor=request.actor)))
    content = exporting.xlsx_of(rows) if kind == "xlsx" else exporting.csv_of(rows)
    return export_list(
        request,
        content,
        title=_("信息系统清单"),
        stem="systems",
        kind=kind,
        rows=rows.count(),
    )


@login_required
@require_safe
def system(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@login_required
@require_POST
def system_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    if name not in SYSTEM.moves:
        raise Http404
    found = _fetch(request.actor, pk)
    return attempt_move(
        request,
        name,
        lambda: services.move_system(
            name,
            actor=request.actor,
            system=found,
            version=posted_version(request),
            reason=request.POST.get("reason", ""),
        ),
        done=_("已办理：%s。") % SYSTEM.moves[name].label,
        back=queries.detail_url(found),
        again=lambda failed, status: _page(request, pk, failed, status),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def system_new(request: ActorRequest) -> HttpResponse:
    require_anywhere(request.actor, "register_systems")
    return _form(request, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def system_edit(request: ActorRequest, pk: int) -> HttpResponse:
    found = _fetch(request.actor, pk)
    system_policy.require(request.actor, "register", found)
    if found.state == SystemState.RETIRED and request.method != "POST":
        raise Conflict(
            _("已停用的信息系统不能修改，请先恢复使用。"), state_label=found.get_state_display()
        )
    return _form(request, found)


def _form(request: ActorRequest, found: InformationSystem | None) -> HttpResponse:
    form = SystemForm(request.POST or None, actor=request.actor, instance=found)
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
            messages.success(request, _("信息系统已保存。"))
            return redirect(queries.detail_url(saved))
    label = _("修改") if found else _("登记信息系统")
    crumbs = [Crumb(_("信息系统"), reverse("catalog:systems"))]
    if found:
        crumbs.append(Crumb(found.name, queries.detail_url(found)))
    context = {
        "system": found,
        "form": form,
        "back": queries.detail_url(found) if found else reverse("catalog:systems"),
        "crumbs": [*crumbs, Crumb(label)],
    }
    return render(request, "catalog/systems/form.html", context, status=status)


def _save(
    request: ActorRequest, found: InformationSystem | None, form: SystemForm
) -> InformationSystem:
    if found is None:
        return services.register_system(
            actor=request.actor,
            department=form.cleaned_data["department"],
            values=form.values(),
        )
    return services.change_system(
        actor=request.actor,
        system=found,
        version=form.cleaned_data["version"],
        values=form.values(),
    )


def _page(
    request: ActorRequest, pk: int, failed: FailedMove | None = None, status: int = 200
) -> HttpResponse:
    found = _fetch(request.actor, pk)
    page = page_of(request, queries.entries_of(found, request.actor))
    context = {
        "system": found,
        "tone": queries.TONES[found.state],
        "basic": queries.attributes_of(found, "basic"),
        "place": queries.attributes_of(found, "place"),
        "safety": queries.attributes_of(found, "safety"),
        "lacks": rules.lacks(found) if found.state != SystemState.RETIRED else [],
        "page": page,
        "rows": [(entry, ENTRY_TONES[entry.state]) for entry in page],
        "may_edit": found.state != SystemState.RETIRED
        and system_policy.allows(request.actor, "register", found),
        "moves": buttons(SYSTEM, found, request.actor, "catalog:system_move"),
        "failed": failed,
        "history": [*timeline(found, STATES), queries.registered(found)],
        "crumbs": [Crumb(_("信息系统"), reverse("catalog:systems")), Crumb(found.name)],
    }
    return render(request, "catalog/systems/detail.html", context, status=status)


def _found(actor: Actor, form: SystemFilter) -> QuerySet[InformationSystem]:
    return system_policy.queryset(actor).filter(form.q_of())


def _fetch(actor: Actor, pk: int) -> InformationSystem:
    rows = InformationSystem.objects.select_related("department", "created_by__department")
    return system_policy.fetch(actor, rows, pk=pk)
