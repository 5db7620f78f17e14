"""Pages of the standards register: data elements, code lists, deviations, adopting suggestions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import CodeList, DataElement
from catalog.policies import FOLLOWERS, entry_policy
from catalog.standards import codes, queries, services
from catalog.standards.choices import StandardState
from catalog.standards.forms import CodeListForm, CodesForm, DataElementForm, StandardFilter
from catalog.standards.policies import code_list_policy, element_policy
from catalog.standards.transitions import CODE_LIST, ELEMENT
from citybrain.downloads import file_response
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import add_refusal
from citybrain.pages import (
    ActorRequest,
    attempt,
    attempt_move,
    buttons,
    page_of,
    posted_version,
    timeline,
)
from citybrain.policies import require_anywhere
from citybrain.refusals import Conflict
from citybrain.ui import Attribute, Crumb, FailedMove, Tab, Tone
from citybrain.workflow import Machine

STATES = dict(StandardState.choices)
TONES: dict[str, Tone] = {
    StandardState.DRAFT: "neutral",
    StandardState.IN_FORCE: "success",
    StandardState.REPLACED: "muted",
    StandardState.DISCARDED: "muted",
}
CODES_SHOWN = 300


@dataclass(frozen=True)
class Kind:
    """What tells the pages of data elements from those of code lists."""

    model: Any
    policy: Any
    machine: Machine
    form: Any
    url: str
    listed: str
    label: Callable[[], str]


KINDS = {
    "standard": Kind(
        DataElement,
        element_policy,
        ELEMENT,
        DataElementForm,
        "catalog:standard",
        "catalog:standards",
        lambda: _("数据元标准"),
    ),
    "code_list": Kind(
        CodeList,
        code_list_policy,
        CODE_LIST,
        CodeListForm,
        "catalog:code_list",
        "catalog:code_lists",
        lambda: _("代码集"),
    ),
}


@login_required
@require_safe
def elements(request: ActorRequest) -> HttpResponse:
    form = StandardFilter(request.GET)
    found = element_policy.queryset(request.actor).filter(form.q_of(synonyms=True))
    return _list(request, form, found.select_related("code_list"), "standard")


@login_required
@require_safe
def code_lists(request: ActorRequest) -> HttpResponse:
    form = StandardFilter(request.GET)
    found = code_list_policy.queryset(request.actor).filter(form.q_of(synonyms=False))
    return _list(request, form, found, "code_list")


def _list(request: ActorRequest, form: StandardFilter, found: Any, kind: str) -> HttpResponse:
    page = page_of(request, found)
    context = {
        "tabs": _tabs(request.actor, kind),
        "kind": kind,
        "form": form,
        "filtered": bool(form.chosen()),
        "page": page,
        "rows": [(one, TONES[one.state]) for one in page],
        "may_keep": request.actor.holds("keep_standards"),
    }
    return render(request, "catalog/standards/list.html", context)


@login_required
@require_safe
def deviations(request: ActorRequest) -> HttpResponse:
    """Published items that do not follow the standard they should."""
    require_anywhere(request.actor, *FOLLOWERS)
    page = page_of(request, queries.deviating(request.actor))
    context = {
        "tabs": _tabs(request.actor, "deviations"),
        "page": page,
        "rows": queries.deviations(list(page.object_list)),
    }
    return render(request, "catalog/standards/deviations.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def element_new(request: ActorRequest) -> HttpResponse:
    return _new(request, "standard")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def code_list_new(request: ActorRequest) -> HttpResponse:
    return _new(request, "code_list")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def element_edit(request: ActorRequest, pk: int) -> HttpResponse:
    return _edit(request, "standard", pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def code_list_edit(request: ActorRequest, pk: int) -> HttpResponse:
    return _edit(request, "code_list", pk)


@login_required
@require_safe
def element(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, "standard", pk)


@login_required
@require_safe
def code_list(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, "code_list", pk)


@login_required
@require_POST
def element_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    return _move(request, "standard", pk, name)


@login_required
@require_POST
def code_list_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    return _move(request, "code_list", pk, name)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def codes_import(request: ActorRequest, pk: int) -> HttpResponse:
    """Replaces the codes of a draft by those of a file."""
    found = code_list_policy.fetch(request.actor, pk=pk)
    code_list_policy.require(request.actor, "keep", found)
    form = CodesForm(
        request.POST or None, request.FILES or None, initial={"version": found.version}
    )
    status = 422 if form.errors else 200
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            given = codes.read(file, file.name)
            services.set_codes(
                actor=request.actor,
                code_list=found,
                version=form.cleaned_data["version"],
                codes=given,
            )
        except ValidationError as error:
            add_refusal(form, error)
            status = 422
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 409
        else:
            messages.success(request, _("已导入%d个代码。") % len(given))
            return redirect("catalog:code_list", pk=pk)
    context = {"found": found, "form": form, "crumbs": _crumbs("code_list", found, _("导入代码"))}
    return render(request, "catalog/standards/codes_form.html", context, status=status)


@login_required
@require_safe
def codes_export(request: ActorRequest, pk: int) -> HttpResponseBase:
    found = code_list_policy.fetch(request.actor, pk=pk)
    return file_response(codes.workbook(found), f"code-list-{pk}.xlsx")


@login_required
@require_POST
def adopt(request: ActorRequest, pk: int) -> HttpResponse:
    """Lets the draft's items follow the standards suggested, where they fit."""
    entry = entry_policy.fetch(request.actor, pk=pk)
    adopted: list[str] = []
    answer = attempt(
        request,
        lambda: adopted.extend(
            services.adopt(actor=request.actor, entry=entry, version=posted_version(request))
        ),
        done=_("已采用建议的标准。"),
        back=reverse("catalog:edit", args=[pk]),
    )
    if adopted:
        messages.info(request, _("遵循标准的信息项：%s。") % "、".join(adopted))
    return answer


def _new(request: ActorRequest, kind: str) -> HttpResponse:
    require_anywhere(request.actor, "keep_standards")
    form = KINDS[kind].form(request.POST or None)
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            made = services.draft(KINDS[kind].model, actor=request.actor, values=form.values())
        except ValidationError as error:
            add_refusal(form, error)
            status = 422
        else:
            messages.success(request, _("草稿已保存，核对后发布施行。"))
            return redirect(KINDS[kind].url, pk=made.pk)
    return _form(request, kind, None, form, status)


def _edit(request: ActorRequest, kind: str, pk: int) -> HttpResponse:
    found = KINDS[kind].policy.fetch(request.actor, pk=pk)
    KINDS[kind].policy.require(request.actor, "keep", found)
    if found.state != StandardState.DRAFT and request.method != "POST":
        raise Conflict(
            _("施行中的标准不修改，请另行起草新标准替代。"), state_label=found.get_state_display()
        )
    form = KINDS[kind].form(request.POST or None, instance=found)
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            services.change(
                KINDS[kind].model.objects.get(pk=pk),
                actor=request.actor,
                version=posted_version(request),
                values=form.values(),
            )
        except ValidationError as error:
            add_refusal(form, error)
            status = 422
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 409
        else:
            messages.success(request, _("草稿已保存，核对后发布施行。"))
            return redirect(KINDS[kind].url, pk=pk)
    return _form(request, kind, found, form, status)


def _form(request: ActorRequest, kind: str, found: Any, form: Any, status: int) -> HttpResponse:
    back = reverse(KINDS[kind].url, args=[found.pk]) if found else reverse(KINDS[kind].listed)
    title = _("修改草稿") if found else _("起草%s") % KINDS[kind].label()
    context = {
        "found": found,
        "form": form,
        "title": title,
        "back": back,
        "crumbs": _crumbs(kind, found, title),
    }
    return render(request, "catalog/standards/form.html", context, status=status)


def _page(
    request: ActorRequest,
    kind: str,
    pk: int,
    failed: FailedMove | None = None,
    status: int = 200,
) -> HttpResponse:
    one = KINDS[kind]
    rows = one.model.objects.select_related("replaces")
    found = one.policy.fetch(request.actor, rows, pk=pk)
    keeps = one.policy.allows(request.actor, "keep", found)
    context = {
        "kind": kind,
        "label": one.label(),
        "found": found,
        "tone": TONES[found.state],
        "attributes": _attributes(request.actor, found),
        "codes": list(found.codes.all()[:CODES_SHOWN]) if kind == "code_list" else [],
        "count": found.codes.count() if kind == "code_list" else 0,
        "followers": queries.following(found).count() if kind == "standard" else 0,
        "moves": buttons(one.machine, found, request.actor, f"{one.url}_move"),
        "failed": failed,
        "may_edit": keeps and found.state == StandardState.DRAFT,
        "history": timeline(found, STATES),
        "crumbs": _crumbs(kind, None, found.identifier),
    }
    return render(request, "catalog/standards/detail.html", context, status=status)


def _move(request: ActorRequest, kind: str, pk: int, name: str) -> HttpResponse:
    one = KINDS[kind]
    if name not in one.machine.moves:
        raise Http404
    found = one.policy.fetch(request.actor, pk=pk)
    return attempt_move(
        request,
        name,
        lambda: services.move(
            name,
            actor=request.actor,
            standard=found,
            version=posted_version(request),
            reason=request.POST.get("reason", ""),
        ),
        done=_("已办理：%s。") % one.machine.moves[name].label,
        back=reverse(one.url, args=[pk]),
        again=lambda failed, status: _page(request, kind, pk, failed, status),
    )


def _attributes(actor: Actor, found: Any) -> list[Attribute]:
    rows = [
        Attribute(_("标识符"), found.identifier),
        Attribute(_("来源"), found.source),
        Attribute(
            _("施行日期"),
            date_format(found.in_force_on, "Y年n月j日") if found.in_force_on else "",
        ),
        Attribute(_("替代"), str(found.replaces or "")),
    ]
    if isinstance(found, DataElement):
        listed = found.code_list
        seen = listed is not None and code_list_policy.queryset(actor).filter(pk=listed.pk).exists()
        rows += [
            Attribute(_("数据类型"), found.kind),
            Attribute(_("格式校验"), found.get_checker_display()),
            Attribute(
                _("代码集"),
                str(listed or ""),
                url=reverse("catalog:code_list", args=[listed.pk]) if listed and seen else "",
            ),
            Attribute(_("同义词"), "、".join(found.synonyms), wide=True),
            Attribute(_("定义"), found.definition, wide=True),
        ]
    return rows


def _tabs(actor: Actor, active: str) -> list[Tab]:
    tabs = [Tab(one.label(), reverse(one.listed), name == active) for name, one in KINDS.items()]
    if actor.holds(*FOLLOWERS):
        url = reverse("catalog:standard_deviations")
        tabs.append(Tab(_("标准偏差"), url, active == "deviations"))
    return tabs


def _crumbs(kind: str, found: Any, label: str) -> list[Crumb]:
    crumbs = [Crumb(_("数据标准"), reverse(KINDS[kind].listed))]
    if found is not None:
        crumbs.append(Crumb(found.identifier, reverse(KINDS[kind].url, args=[found.pk])))
    return [*crumbs, Crumb(label)]
