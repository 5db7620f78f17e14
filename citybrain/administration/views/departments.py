"""Departments: list, file, creation, change, new name, merger."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citybrain.administration import queries
from citybrain.administration.forms.departments import (
    DepartmentChangeForm,
    DepartmentFilter,
    DepartmentForm,
    MergeForm,
    RenameForm,
)
from citybrain.administration.services import departments as services
from citybrain.administration.services import succession
from citybrain.organizations.actors import Actor
from citybrain.organizations.choices import Competence
from citybrain.organizations.forms import add_refusal
from citybrain.organizations.models import Department
from citybrain.organizations.policies import departments as policy
from citybrain.organizations.roles import ROLES
from citybrain.policies import require_anywhere
from citybrain.ui import Attribute, Crumb

PER_PAGE = 30


@login_required
@require_safe
def department_list(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_anywhere(actor, "view_people", "manage_people")
    form = DepartmentFilter(request.GET)
    rows = queries.department_list(actor, **form.chosen())
    context = {
        "form": form,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "may_manage": actor.holds("manage_people"),
        "crumbs": [Crumb(_("机构管理"))],
    }
    return render(request, "administration/department_list.html", context)


@login_required
@require_safe
def department(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = policy.fetch(actor, pk=pk)
    policy.require(actor, "look", found)
    people = queries.people_list(actor, department=found)
    context = {
        "department": found,
        "attributes": _attributes(found),
        "people": [(person, queries.role_labels(person)) for person in people],
        "changes": found.changes.select_related("successor"),
        "predecessors": Department.objects.filter(successor=found),
        "may_manage": policy.allows(actor, "change", found) and found.retired_on is None,
        "crumbs": _crumbs(found.short_name),
    }
    return render(request, "administration/department.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def department_create(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_anywhere(actor, "manage_people")
    city = Department.objects.filter(parent=None).first()
    initial = {"region_code": city.region_code, "parent": city} if city else {}
    form = DepartmentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_department(actor=actor, values=form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("已新建单位%s。") % made.name)
            return redirect("administration:department", pk=made.pk)
    return _form(request, form, title=_("新建单位"), back=reverse("administration:departments"))


@login_required
@require_http_methods(["GET", "POST"])
def department_change(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _changeable(actor, pk)
    form = DepartmentChangeForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_department(actor=actor, department=found, values=form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("单位信息已保存。"))
            return redirect("administration:department", pk=pk)
    return _form(request, form, title=_("变更单位信息"), department=found)


@login_required
@require_http_methods(["GET", "POST"])
def department_rename(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _changeable(actor, pk)
    initial = {"name": found.name, "short_name": found.short_name}
    form = RenameForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.rename(actor=actor, department=found, **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("单位已更名，原名称保留在机构沿革中。"))
            return redirect("administration:department", pk=pk)
    return _form(request, form, title=_("单位更名"), department=found)


@login_required
@require_http_methods(["GET", "POST"])
def department_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the target first, shows what will happen, and merges when it is confirmed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    source = _changeable(actor, pk)
    form = MergeForm(request.POST or None)
    form.fields["target"].queryset = Department.objects.active().exclude(pk=pk)  # type: ignore[attr-defined]
    consequences: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        target = form.cleaned_data["target"]
        if "confirmed" in request.POST:
            try:
                done = services.merge_departments(actor=actor, source=source, **form.cleaned_data)
            except ValidationError as error:
                add_refusal(form, error)
            else:
                _report_merger(request, source, target, done)
                return redirect("administration:department", pk=target.pk)
        else:
            consequences = {
                "target": target,
                "people": source.people.count(),
                "roles_lost": services.roles_without_place(source, target),
                "parts": succession.foresee(source, target),
            }
    context = {
        "department": source,
        "form": form,
        "consequences": consequences,
        "crumbs": _crumbs(_("单位合并"), source),
    }
    status = 422 if form.errors else 200
    return render(request, "administration/department_merge.html", context, status=status)


def _changeable(actor: Actor, pk: int) -> Department:
    found = policy.fetch(actor, pk=pk)
    policy.require(actor, "change", found)
    return found


def _report_merger(
    request: HttpRequest, source: Department, target: Department, done: services.Merger
) -> None:
    messages.success(
        request,
        _("%(source)s已并入%(target)s，%(people)d 名人员已转入。")
        % {"source": source.name, "target": target.name, "people": done.people},
    )
    if done.roles_lost:
        labels = "、".join(str(ROLES[code].label) for code in done.roles_lost)
        messages.warning(request, _("承接单位不设以下角色，已一并取消：%s。") % labels)


def _form(
    request: HttpRequest,
    form: Any,
    *,
    title: str,
    department: Department | None = None,
    back: str = "",
) -> HttpResponse:
    if department is not None:
        back = reverse("administration:department", args=[department.pk])
    context = {
        "form": form,
        "title": title,
        "subtitle": department.name if department else "",
        "back": back,
        "crumbs": _crumbs(title, department),
    }
    status = 422 if form.errors else 200
    return render(request, "administration/form.html", context, status=status)


def _attributes(found: Department) -> list[Attribute]:
    above = found.parent
    url = reverse("administration:department", args=[above.pk]) if above else ""
    return [
        Attribute(_("单位全称"), found.name, wide=True),
        Attribute(_("单位简称"), found.short_name),
        Attribute(_("统一社会信用代码"), found.credit_code),
        Attribute(_("单位性质"), found.get_kind_display()),
        Attribute(_("层级"), found.get_level_display()),
        Attribute(_("行政区划代码"), found.region_code),
        Attribute(_("上级单位"), above.name if above else None, url=url),
        Attribute(_("单位编号"), found.code),
        Attribute(_("目录编码单位序号"), found.catalog_number),
        Attribute(_("全市性职责"), "、".join(competence_labels(found)), wide=True),
    ]


def competence_labels(found: Department) -> list[str]:
    labels = dict(Competence.choices)
    return [str(labels[code]) for code in found.competences]


def _crumbs(label: str, found: Department | None = None) -> list[Crumb]:
    crumbs = [Crumb(_("机构管理"), reverse("administration:departments"))]
    if found is not None:
        crumbs.append(
            Crumb(found.short_name, reverse("administration:department", args=[found.pk]))
        )
    return [*crumbs, Crumb(label)]
