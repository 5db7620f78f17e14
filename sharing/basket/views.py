"""The basket, the form for all that is in it, and the batch of applications that it becomes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citybrain.duties.queries import open_by_subject
from citybrain.pages import ActorRequest, error_texts, way_back
from citybrain.refusals import Conflict
from citybrain.typed import whole_number
from citybrain.ui import Crumb
from sharing import unsaved
from sharing.application_queries import TONES
from sharing.basket import queries, services
from sharing.basket.forms import LikeForm, TogetherForm
from sharing.models import ShareApplication, UnsavedApplication
from sharing.transitions import APPLICATION

MOST_IDS = 100
PLACE = "basket"  # where what is typed and not saved is kept


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def basket(request: ActorRequest) -> HttpResponse:
    """What is in the basket, as one form; saved, it becomes one application for each entry."""
    _require_applicant(request)
    if unsaved.wants_keeping(request):
        return unsaved.keep(request.actor, PLACE, request.POST)
    entries = queries.entries_in(request.actor)
    if request.method != "POST":
        like = request.GET.get("like", "")
        kept = None if like else unsaved.kept_at(request.actor, PLACE)
        form = TogetherForm(request.actor, entries, like=like, kept=kept)
        return _render(request, form, kept=kept)
    form = TogetherForm(request.actor, entries, request.POST)
    if not entries:
        raise Conflict(_("选用清单是空的，可能已经提交过，请到“共享申请”中查看。"))
    if not form.is_valid():
        return _render(request, form, status=422)
    submits = "submit" in request.POST
    try:
        with transaction.atomic():
            made = services.draft_all(
                actor=request.actor,
                values=form.ground.values(),
                choices=[choice.choice() for choice in form.choices],
            )
            if submits:
                services.move_all("submit", actor=request.actor, rows=made)
    except services.NotAllOfThem as refused:
        form.refuse(dict(refused.refusals))
        return _render(request, form, status=422)
    unsaved.forget(request.actor, PLACE)
    done = _("已保存并提交本单位签发。") if submits else _("申请草稿已保存。")
    messages.success(request, done)
    return redirect(_page_of(made))


@login_required
@require_POST
def put(request: ActorRequest) -> HttpResponse:
    """Puts the entries `ids` into the basket, and goes back to where they were chosen."""
    _require_applicant(request)
    given = map(whole_number, request.POST.getlist("ids")[:MOST_IDS])
    ids = [pk for pk in given if pk is not None]
    entries = services.visible_entries(request.actor, ids)
    back = way_back(request, reverse("sharing:basket"))
    if not entries:
        messages.warning(request, _("请先勾选要申请的信息资源。"))
        return redirect(back)
    try:
        refused = services.put(actor=request.actor, entries=entries)
    except ValidationError as error:
        for text in error_texts(error):
            messages.error(request, text)
        return redirect(back)
    for text in refused:
        messages.warning(request, text)
    if len(refused) < len(entries):
        number = len(entries) - len(refused)
        messages.success(request, _("已将%d个信息资源加入选用清单。") % number)
    return redirect(back)


@login_required
@require_POST
def take_out(request: ActorRequest, pk: int) -> HttpResponse:
    _require_applicant(request)
    services.take_out(actor=request.actor, entry_id=pk)
    messages.success(request, _("已移出选用清单。"))
    return redirect("sharing:basket")


@login_required
@require_safe
def batch(request: ActorRequest, number: str) -> HttpResponse:
    """The applications made together, as far as the reader may see them."""
    return _batch_page(request, number)


@login_required
@require_POST
def batch_move(request: ActorRequest, number: str, name: str) -> HttpResponse:
    """Submits or signs all of a batch that waits for it; all or none."""
    if name not in queries.TOGETHER:
        raise Http404
    rows = queries.batch_of(request.actor, number)
    if not any(_may(request, name, one) for one in rows):
        raise PermissionDenied(_("您的角色不能办理这一事项。"))
    try:
        moved = services.move_all(name, actor=request.actor, rows=rows)
    except services.NotAllOfThem as refused:
        return _batch_page(request, number, refused=refused, status=422)
    done = _("已办理：%(label)s，共%(number)d件。")
    words = {"label": APPLICATION.moves[name].label, "number": len(moved)}
    messages.success(request, done % words)
    return redirect("sharing:batch", number=number)


def _may(request: ActorRequest, name: str, application: ShareApplication) -> bool:
    verb = APPLICATION.moves[name].permission
    return APPLICATION.policy.allows(request.actor, verb, application)


def _batch_page(
    request: ActorRequest,
    number: str,
    *,
    refused: services.NotAllOfThem | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = queries.batch_of(request.actor, number)
    duties = open_by_subject(rows)
    refusals = refused.refusals if refused else {}
    context = {
        "number": number,
        "applicant": rows[0].department,
        "rows": [
            (
                one,
                TONES[one.state],
                duties.get(one.pk),
                error_texts(refusals[one.entry_id]) if one.entry_id in refusals else [],
            )
            for one in rows
        ],
        "acts": [
            (
                APPLICATION.moves[name].label,
                reverse("sharing:batch_move", args=[number, name]),
                len(waiting),
            )
            for name in queries.TOGETHER
            if (waiting := queries.waiting_for(name, request.actor, rows))
        ],
        "refused": bool(refusals),
        "crumbs": [Crumb(_("共享申请"), reverse("sharing:applications")), Crumb(number)],
    }
    return render(request, "sharing/basket/batch.html", context, status=status)


def _render(
    request: ActorRequest,
    form: TogetherForm,
    *,
    status: int = 200,
    kept: UnsavedApplication | None = None,
) -> HttpResponse:
    like = LikeForm(request.GET, actor=request.actor)
    context = {
        "form": form,
        "kept": kept if form.choices else None,
        "like": like if like.offers and form.choices else None,
        "crumbs": [Crumb(_("共享申请"), reverse("sharing:applications")), Crumb(_("选用清单"))],
    }
    return render(request, "sharing/basket/basket.html", context, status=status)


def _require_applicant(request: ActorRequest) -> None:
    department = request.actor.department
    if department is None or not request.actor.may("apply_sharing", department.pk):
        raise PermissionDenied(_("您的角色不能办理这一事项。"))


def _page_of(made: list[ShareApplication]) -> str:
    if made[0].batch:
        return reverse("sharing:batch", args=[made[0].batch])
    return reverse("sharing:application", args=[made[0].pk])
