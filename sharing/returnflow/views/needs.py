"""What concerns one's department, and its needs upward: writing, signing, filing, the answer."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citybrain.duties.queries import open_by_subject
from citybrain.organizations.forms import submitted
from citybrain.pages import (
    ActorRequest,
    attempt_move,
    buttons,
    page_of,
    posted_inputs,
    posted_version,
    timeline,
)
from citybrain.policies import require_anywhere
from citybrain.ui import Attribute, Crumb, FailedMove, Tone
from sharing.attachments.views import context_of as attachments_on
from sharing.considering import clocks_of
from sharing.models import ReturnNeed
from sharing.returnflow.choices import NeedState
from sharing.returnflow.forms import NeedFilter, NeedForm
from sharing.returnflow.policies import MANAGE, follows_all, need_policy, receipt_policy
from sharing.returnflow.services import needs
from sharing.returnflow.transitions import NEED
from sharing.sides import READERS

STATES = dict(NeedState.choices)
TONES: dict[str, Tone] = {
    NeedState.DRAFT: "neutral",
    NeedState.SIGNING: "warning",
    NeedState.FILING: "warning",
    NeedState.FILED: "info",
    NeedState.GRANTED: "success",
    NeedState.REFUSED: "danger",
    NeedState.DELIVERED: "success",
    NeedState.WITHDRAWN: "muted",
}
RECEIPTS_SHOWN = 20


@login_required
@require_safe
def overview(request: ActorRequest) -> HttpResponse:
    """What concerns one's department: parts that came down for it, and its needs upward."""
    actor = request.actor
    require_anywhere(actor, *READERS, MANAGE)
    form = NeedFilter(request.GET)
    rows = need_policy.queryset(actor).filter(form.q_of()).select_related("department")
    page = page_of(request, rows)
    duties = open_by_subject(page.object_list)
    received = receipt_policy.queryset(actor)
    shown = received.select_related("part__package__entry", "department").defer(
        "part__content", "part__package__content", "part__package__entry__search"
    )[:RECEIPTS_SHOWN]
    context = {
        "form": form,
        "filtered": bool(form.chosen()),
        "page": page,
        "rows": [(one, TONES[one.state], duties.get(one.pk)) for one in page],
        "receipts": shown,
        "waiting": received.filter(received_at=None).count(),
        "follows_all": follows_all(actor),
        "may_ask": actor.may("apply_sharing", actor.department_id),
    }
    return render(request, "sharing/returnflow/overview.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def need_new(request: ActorRequest) -> HttpResponse:
    if not request.actor.may("apply_sharing", request.actor.department_id):
        raise PermissionDenied(_("您的角色不能办理这一事项。"))
    form = NeedForm(request.POST if request.method == "POST" else None)
    made, status = submitted(form, lambda given: needs.draft(actor=request.actor, **given))
    if made is not None:
        messages.success(request, _("已保存，提交签发后由本单位负责人签发。"))
        return redirect("sharing:need", pk=made.pk)
    return _form(request, form, status, Crumb(_("提出需求")))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def need_edit(request: ActorRequest, pk: int) -> HttpResponse:
    found = need_policy.fetch(request.actor, pk=pk)
    need_policy.require(request.actor, "ask", found)
    form = NeedForm(request.POST if request.method == "POST" else None, instance=found)
    version = posted_version(request)
    made, status = submitted(
        form,
        lambda given: needs.change(actor=request.actor, need=found, version=version, **given),
    )
    if made is not None:
        messages.success(request, _("已保存。"))
        return redirect("sharing:need", pk=pk)
    return _form(request, form, status, Crumb(_("修改")), found)


def _form(
    request: ActorRequest,
    form: NeedForm,
    status: int,
    crumb: Crumb,
    found: ReturnNeed | None = None,
) -> HttpResponse:
    back = reverse("sharing:need", args=[found.pk]) if found else reverse("sharing:returnflow")
    shown = posted_version(request)
    context = {
        "form": form,
        "need": found,
        "version": shown if shown is not None else (found.version if found else ""),
        "back": back,
        "crumbs": [flow_crumb(), crumb],
    }
    return render(request, "sharing/returnflow/need_form.html", context, status=status)


@login_required
@require_safe
def need(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@login_required
@require_POST
def need_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    if name not in NEED.moves or NEED.moves[name].automatic:
        raise Http404
    found = need_policy.fetch(request.actor, pk=pk)
    move = NEED.moves[name]
    return attempt_move(
        request,
        name,
        lambda: needs.move(
            name,
            actor=request.actor,
            need=found,
            version=posted_version(request),
            inputs=posted_inputs(request, move),
        ),
        done=_("已办理：%s。") % move.label,
        back=reverse("sharing:need", args=[pk]),
        again=lambda failed, status: _page(request, pk, failed, status),
    )


def _page(
    request: ActorRequest, pk: int, failed: FailedMove | None = None, status: int = 200
) -> HttpResponse:
    rows = ReturnNeed.objects.select_related("department", "submitted_by")
    found = need_policy.fetch(request.actor, rows, pk=pk)
    may_ask = need_policy.allows(request.actor, "ask", found)
    packages = found.packages.defer("content").order_by("pk")
    context = {
        "need": found,
        "tone": TONES[found.state],
        "duty": open_by_subject([found]).get(found.pk),
        "attributes": _attributes(found),
        "answer": _answer(found),
        "attachments": attachments_on(request.actor, found),
        "packages": packages,
        "links_packages": follows_all(request.actor),
        "clocks": clocks_of(found, inside=True),
        "may_edit": may_ask and found.state == NeedState.DRAFT,
        "moves": buttons(NEED, found, request.actor, "sharing:need_move"),
        "failed": failed,
        "history": timeline(found, STATES),
        "crumbs": [flow_crumb(), Crumb(found.number)],
    }
    return render(request, "sharing/returnflow/need.html", context, status=status)


def _attributes(found: ReturnNeed) -> list[Attribute]:
    return [
        Attribute(_("需求单位"), found.department.name),
        Attribute(_("数据层级"), found.get_source_display()),
        Attribute(_("数据所在部门"), found.holder or "—"),
        Attribute(_("使用依据"), found.ground),
        Attribute(_("信息项"), "、".join(found.items.split("\n")), wide=True),
        Attribute(_("使用场景和用途"), found.purpose, wide=True),
    ]


def _answer(found: ReturnNeed) -> list[Attribute]:
    """What the province knows it by, and what it said; empty before it was filed."""
    if not found.provincial_number:
        return []
    given: list[Any] = [
        Attribute(_("省级申请编号"), found.provincial_number),
        Attribute(_("报省日期"), _day(found.filed_on)),
        Attribute(_("省级应当答复日期"), _day(found.reply_by)),
        Attribute(_("省级答复日期"), _day(found.answered_on) or _("尚未答复")),
    ]
    if found.answer:
        given.append(Attribute(_("省级答复内容"), found.answer, wide=True))
    return given


def _day(day: date | None) -> str:
    return date_format(day, "Y年n月j日") if day else ""


def flow_crumb() -> Crumb:
    return Crumb(_("数据回流"), reverse("sharing:returnflow"))
