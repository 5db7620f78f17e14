"""The form of an application: new for an entry, changed while it is a draft, supplemented.

What is typed is kept for the person until they save (sharing/unsaved.py).
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from catalog.queries import detail_url
from citybrain.organizations.forms import add_refusal
from citybrain.pages import ActorRequest, error_texts, posted_version, way_back
from citybrain.refusals import Conflict
from citybrain.ui import Crumb, DiffRow
from sharing import application_queries, unsaved
from sharing.basket.forms import LikeForm
from sharing.basket.queries import lent
from sharing.choices import ApplicationState
from sharing.forms.application import ApplicationForm, SupplementForm
from sharing.models import ShareApplication, UnsavedApplication
from sharing.policies import application_policy
from sharing.queries import live_application
from sharing.services import applications, supplementing

OPEN_TO_THE_APPLICANT = (ApplicationState.DRAFT, ApplicationState.SUPPLEMENTING)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: ActorRequest, pk: int) -> HttpResponse:
    """A new application of the actor's department for the entry `pk`."""
    entry = entry_policy.fetch(request.actor, _entries(), pk=pk)
    department = request.actor.department
    if department is None or not request.actor.may("apply_sharing", department.pk):
        raise PermissionDenied(_("您的角色不能办理这一事项。"))
    place = f"apply-{pk}"
    if unsaved.wants_keeping(request):
        return unsaved.keep(request.actor, place, request.POST)
    if request.method == "POST":
        return _save(request, entry, None)
    live = live_application(entry, department)
    if live is not None:
        messages.info(request, _("本单位对这一信息资源已有在办申请，请在这一申请上办理。"))
        return redirect("sharing:application", pk=live.pk)
    try:
        applications.check_offered_to(entry, department)
    except ValidationError as error:
        raise Conflict(" ".join(error_texts(error))) from error
    words, names = lent(request.actor, request.GET.get("like"), entry)
    kept = None if words else unsaved.kept_at(request.actor, place)
    form = ApplicationForm(
        entry=entry, actor=request.actor, initial={**words, **unsaved.restored(kept)}
    )
    if words:
        form.choose(names)
    return _render(request, entry, None, form, kept=kept)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application_edit(request: ActorRequest, pk: int) -> HttpResponse:
    found = application_queries.fetch(request.actor, pk)
    application_policy.require(request.actor, "apply", found)
    place = f"edit-{pk}"
    if unsaved.wants_keeping(request):
        return unsaved.keep(request.actor, place, request.POST)
    if request.method == "POST":
        return _save(request, found.entry, found)
    if found.state != ApplicationState.DRAFT:
        raise Conflict(_("申请已提交，不能再修改。"), state_label=found.get_state_display())
    kept = unsaved.kept_at(request.actor, place)
    form = ApplicationForm(
        entry=found.entry, actor=request.actor, instance=found, initial=unsaved.restored(kept)
    )
    return _render(request, found.entry, found, form, kept=kept)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application_supplement(request: ActorRequest, pk: int) -> HttpResponse:
    """What the provider has named as missing, once; the whole application may be corrected."""
    found = application_queries.fetch(request.actor, pk)
    application_policy.require(request.actor, "apply", found)
    place = f"supplement-{pk}"
    if unsaved.wants_keeping(request):
        return unsaved.keep(request.actor, place, request.POST)
    if found.state != ApplicationState.SUPPLEMENTING:
        raise Conflict(
            _("这一申请不需要补正，或者已经补正。"), state_label=found.get_state_display()
        )
    given: dict[str, Any] = {"entry": found.entry, "actor": request.actor, "instance": found}
    if request.method != "POST":
        kept = unsaved.kept_at(request.actor, place)
        form = SupplementForm(initial=unsaved.restored(kept), **given)
        return _render(request, found.entry, found, form, kept=kept)
    form = SupplementForm(request.POST, **given)
    if not form.is_valid():
        return _render(request, found.entry, found, form, status=422)
    try:
        supplementing.supplement(
            actor=request.actor,
            application=found,
            text=form.cleaned_data["supplement"],
            values=form.values(),
            item_ids=form.item_ids(),
            version=posted_version(request),
        )
    except ValidationError as error:
        add_refusal(form, error)
        return _render(request, found.entry, found, form, status=422)
    except Conflict as conflict:
        found = application_queries.fetch(request.actor, pk)
        return _render(request, found.entry, found, form, status=409, conflict=str(conflict))
    unsaved.forget(request.actor, place)
    messages.success(request, _("已提交补正，提供方的答复时限恢复计时。"))
    return redirect("sharing:application", pk=pk)


@login_required
@require_POST
def unsaved_forget(request: ActorRequest, place: str) -> HttpResponse:
    """Gives up what was typed and not saved; one's own, so nobody is refused."""
    unsaved.forget(request.actor, place)
    messages.success(request, _("已放弃上次未保存的内容。"))
    return redirect(way_back(request, reverse("sharing:applications")))


def _save(
    request: ActorRequest, entry: CatalogEntry, application: ShareApplication | None
) -> HttpResponse:
    """Saves the draft, and with `submit` sends it to be signed: both or neither."""
    form = ApplicationForm(request.POST, entry=entry, actor=request.actor, instance=application)
    if not form.is_valid():
        return _render(request, entry, application, form, status=422)
    submits = "submit" in request.POST
    try:
        with transaction.atomic():
            saved = _store(request, entry, application, form)
            if submits:
                applications.move("submit", actor=request.actor, application=saved)
    except ValidationError as error:
        add_refusal(form, error)
        return _render(request, entry, application, form, status=422)
    except Conflict as conflict:
        return _in_conflict(request, entry, application, form, conflict)
    unsaved.forget(request.actor, f"edit-{application.pk}" if application else f"apply-{entry.pk}")
    messages.success(request, _("已保存并提交本单位签发。") if submits else _("申请草稿已保存。"))
    return redirect("sharing:application", pk=saved.pk)


def _store(
    request: ActorRequest,
    entry: CatalogEntry,
    application: ShareApplication | None,
    form: ApplicationForm,
) -> ShareApplication:
    if application is None:
        return applications.draft(
            actor=request.actor, entry=entry, values=form.values(), item_ids=form.item_ids()
        )
    return applications.change(
        actor=request.actor,
        application=application,
        version=posted_version(request),
        values=form.values(),
        item_ids=form.item_ids(),
    )


def _in_conflict(
    request: ActorRequest,
    entry: CatalogEntry,
    application: ShareApplication | None,
    form: ApplicationForm,
    conflict: Conflict,
) -> HttpResponse:
    """Shows the person's own input again, and what is stored now; nothing is lost.

    While it is a draft, saving once more replaces what the other person wrote, knowingly.
    """
    department = request.actor.department
    if application is None:
        current = live_application(entry, department) if department else None
        return _render(request, entry, None, form, status=409, conflict=str(conflict), live=current)
    current = application_queries.fetch(request.actor, application.pk)
    theirs = application_queries.differences(current, form.values(), form.item_ids())
    data = request.POST.copy()
    data["version"] = str(current.version)
    again = ApplicationForm(data, entry=entry, actor=request.actor, instance=current)
    again.is_valid()
    return _render(
        request, entry, current, again, status=409, conflict=str(conflict), theirs=theirs
    )


def _entries() -> Any:
    return CatalogEntry.objects.select_related("department").defer("search")


def _render(
    request: ActorRequest,
    entry: CatalogEntry,
    application: ShareApplication | None,
    form: ApplicationForm,
    *,
    status: int = 200,
    conflict: str = "",
    live: ShareApplication | None = None,
    theirs: list[DiffRow] | None = None,
    kept: UnsavedApplication | None = None,
) -> HttpResponse:
    back = (
        reverse("sharing:application", args=[application.pk]) if application else detail_url(entry)
    )
    like = LikeForm(request.GET, actor=request.actor) if request.method == "GET" else None
    context = {
        "like": like if like is not None and like.offers and application is None else None,
        "entry": entry,
        "application": application,
        "form": form,
        "kept": kept,
        "conflict": conflict,
        "live": live,
        "theirs": theirs,
        "supplements": isinstance(form, SupplementForm),
        "may_save": application is None or application.state in OPEN_TO_THE_APPLICANT,
        "back": back,
        "crumbs": [
            Crumb(_("共享申请"), reverse("sharing:applications")),
            Crumb(application.number if application else entry.title, back),
            Crumb(_title(application, form)),
        ],
        "title": _title(application, form),
    }
    return render(request, "sharing/application_form.html", context, status=status)


def _title(application: ShareApplication | None, form: ApplicationForm) -> str:
    if isinstance(form, SupplementForm):
        return _("补正申请")
    return _("修改申请") if application else _("申请共享")
