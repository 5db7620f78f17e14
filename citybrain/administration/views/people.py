"""People: list, file, creation, change, roles, closing an account, help with signing in."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citybrain.administration import queries
from citybrain.administration.forms.people import (
    PeopleFilter,
    PersonChangeForm,
    PersonForm,
    ReasonForm,
    RolesForm,
)
from citybrain.administration.services import people as services
from citybrain.administration.services.roles import role_codes_of, set_roles
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import add_refusal
from citybrain.organizations.models import User
from citybrain.organizations.policies import people as policy
from citybrain.policies import require_anywhere
from citybrain.ui import Attribute, Crumb

PER_PAGE = 30


@login_required
@require_safe
def person_list(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_anywhere(actor, "view_people", "manage_people")
    form = PeopleFilter(request.GET)
    page = Paginator(queries.people_list(actor, **form.chosen()), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "form": form,
        "page": page,
        "people": [(one, queries.role_labels(one)) for one in page],
        "may_manage": actor.holds("manage_people"),
        "crumbs": [Crumb(_("人员管理"))],
    }
    return render(request, "administration/person_list.html", context)


@login_required
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = policy.fetch(
        actor, queries.with_roles(User.objects.select_related("department")), pk=pk
    )
    context = {
        "person": found,
        "attributes": _attributes(found),
        "has_factor": is_mfa_enabled(found),
        "may_manage": policy.allows(actor, "change", found),
        "is_self": actor.user_id == found.pk,
        "crumbs": _crumbs(actor, found.name),
    }
    return render(request, "administration/person.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def person_create(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_anywhere(actor, "manage_people")
    initial = {"department": request.GET.get("department", "")}
    form = PersonForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        roles = values.pop("roles")
        try:
            issued = services.create_person(actor=actor, values=values, roles=roles)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            return _show_password(request, actor, issued, title=_("账号已建立"))
    return _form(request, actor, form, title=_("新建人员"))


@login_required
@require_http_methods(["GET", "POST"])
def person_change(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _manageable(actor, "change", pk)
    form = PersonChangeForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_person(actor=actor, user=found, values=form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("人员信息已保存。"))
            return redirect("administration:person", pk=pk)
    note = _("变更所在单位后，该人员在原单位的角色将全部取消，请随后重新设置角色。")
    return _form(request, actor, form, title=_("变更人员信息"), person=found, note=note)


@login_required
@require_http_methods(["GET", "POST"])
def person_roles(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _manageable(actor, "set_roles", pk)
    if found.department is None:
        messages.warning(request, _("请先为该人员设置所在单位。"))
        return redirect("administration:person_change", pk=pk)
    form = RolesForm(
        found.department, request.POST or None, initial={"roles": role_codes_of(found)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            set_roles(actor=actor, user=found, role_codes=form.cleaned_data["roles"])
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("角色已保存，即时生效。"))
            return redirect("administration:person", pk=pk)
    return _form(request, actor, form, title=_("设置角色"), person=found)


@login_required
@require_http_methods(["GET", "POST"])
def person_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _manageable(actor, "change", pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.deactivate_person(actor=actor, user=found, **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("账号已停用，其登录会话和接口令牌已同时失效。"))
            return redirect("administration:person", pk=pk)
    note = _("停用后不能登录，已登录的会话和接口令牌同时失效；其办理记录保留。")
    return _form(request, actor, form, title=_("停用账号"), person=found, note=note)


@login_required
@never_cache
@require_POST
def person_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _manageable(actor, "change", pk)
    try:
        issued = services.reactivate_person(actor=actor, user=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("administration:person", pk=pk)
    return _show_password(request, actor, issued, title=_("账号已恢复，请重新设置角色"))


@login_required
@never_cache
@require_POST
def person_password(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _manageable(actor, "reset", pk)
    issued = services.reset_password(actor=actor, user=found)
    return _show_password(request, actor, issued, title=_("密码已重置"))


@login_required
@require_POST
def person_factor(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _manageable(actor, "reset", pk)
    try:
        services.reset_second_factor(actor=actor, user=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("两步验证已重置，该人员下次登录后重新设置。"))
    return redirect("administration:person", pk=pk)


def _manageable(actor: Actor, verb: str, pk: int) -> User:
    found = policy.fetch(actor, User.objects.select_related("department"), pk=pk)
    policy.require(actor, verb, found)
    return found


def _show_password(
    request: HttpRequest, actor: Actor, issued: services.Issued, *, title: str
) -> HttpResponse:
    """The answer itself shows the password: it is kept nowhere from which to show it again."""
    context = {
        "title": title,
        "people": [issued],
        "back": reverse("administration:person", args=[issued.user.pk]),
        "crumbs": _crumbs(actor, issued.user.name),
    }
    return render(request, "administration/one_time_passwords.html", context)


def _form(
    request: HttpRequest,
    actor: Actor,
    form: Any,
    *,
    title: str,
    person: User | None = None,
    note: str = "",
) -> HttpResponse:
    name = "administration:person"
    back = reverse(name, args=[person.pk]) if person else reverse("administration:people")
    context = {
        "form": form,
        "title": title,
        "subtitle": f"{person.name}（{person.department or '—'}）" if person else "",
        "note": note,
        "back": back,
        "crumbs": _crumbs(actor, title, person),
    }
    status = 422 if form.errors else 200
    return render(request, "administration/form.html", context, status=status)


def _attributes(found: User) -> list[Attribute]:
    seen = date_format(localtime(found.last_login), "Y-m-d H:i") if found.last_login else None
    return [
        Attribute(_("用户名"), found.username),
        Attribute(_("姓名"), found.name),
        Attribute(_("所在单位"), found.department.name if found.department else None),
        Attribute(_("职务"), found.post),
        Attribute(_("邮箱"), found.email),
        Attribute(_("联系电话"), found.phone),
        Attribute(_("角色"), "、".join(queries.role_labels(found)), wide=True),
        Attribute(_("最近登录"), seen),
        Attribute(
            _("密码"), _("一次性密码，待本人修改") if found.must_change_password else _("本人设置")
        ),
    ]


def _crumbs(actor: Actor, label: str, found: User | None = None) -> list[Crumb]:
    crumbs = []
    if actor.holds("view_people", "manage_people"):
        crumbs.append(Crumb(_("人员管理"), reverse("administration:people")))
    if found is not None:
        crumbs.append(Crumb(found.name, reverse("administration:person", args=[found.pk])))
    return [*crumbs, Crumb(label)]
