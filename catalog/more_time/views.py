"""Asking for more time on a revision, and the page on which the bureau decides."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import MoreTimeRequest
from catalog.models.more_time import MoreTimeState
from catalog.more_time import services
from catalog.more_time.forms import MoreTimeForm
from catalog.more_time.policies import more_time_policy
from catalog.more_time.transitions import MORE_TIME
from catalog.policies import entry_policy
from catalog.queries import detail_url
from citybrain.audit.services import history_of
from citybrain.organizations.forms import add_refusal
from citybrain.pages import ActorRequest, attempt, buttons, posted_version, timeline
from citybrain.refusals import Conflict
from citybrain.ui import Attribute, Crumb

STATES = dict(MoreTimeState.choices)


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: ActorRequest, pk: int) -> HttpResponse:
    entry = entry_policy.fetch(request.actor, pk=pk)
    more_time_policy.require(request.actor, "ask", MoreTimeRequest(entry=entry))
    if why := services.obstacle(entry):
        raise Conflict(why, state_label=entry.get_state_display())
    form = MoreTimeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = services.ask(actor=request.actor, entry=entry, **form.cleaned_data)
            except ValidationError as error:
                add_refusal(form, error)
            else:
                messages.success(request, _("已向大数据局提出延期，同意前仍按原期限计算。"))
                return redirect("catalog:more_time", made.pk)
    context = {
        "entry": entry,
        "form": form,
        "duty": services.running(entry),
        "back": detail_url(entry),
        "crumbs": [Crumb(str(entry), detail_url(entry)), Crumb(_("申请延期更新"))],
    }
    return render(request, "catalog/more_time/form.html", context, status=status)


@login_required
@require_safe
def more_time(request: ActorRequest, pk: int) -> HttpResponse:
    found = _fetch(request, pk)
    revision = entry_policy.queryset(request.actor).filter(pk=found.entry_id)
    unsaid = _("尚无") if found.state == MoreTimeState.ASKED else ""
    published_url = reverse("catalog:entry", args=[found.entry.revises_id])
    context = {
        "found": found,
        "attributes": [
            Attribute(_("信息资源"), str(found.entry)),
            Attribute(_("提供单位"), found.entry.department.name),
            Attribute(_("变化的法规或者职能"), _change(found), wide=True),
            Attribute(_("延长工作日数"), found.days),
            Attribute(_("提出人"), found.submitted_by.name if found.submitted_by else ""),
            Attribute(_("提出时间"), date_format(localtime(found.asked_at), "Y年n月j日 H:i")),
            Attribute(_("延长理由"), found.reason, wide=True),
            Attribute(_("审核意见"), found.opinion or unsaid, wide=True),
        ],
        "duty": services.running(found.entry),
        "moves": buttons(MORE_TIME, found, request.actor, "catalog:more_time_move"),
        "history": timeline(found, STATES),
        "published_url": published_url,
        # While it is a draft, the bureau decides on its deadline and cannot open it.
        "own_url": detail_url(found.entry) if revision.exists() else "",
        "crumbs": [Crumb(found.entry.title, published_url), Crumb(_("延期更新申请"))],
    }
    return render(request, "catalog/more_time/detail.html", context)


@login_required
@require_POST
def more_time_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    if name not in MORE_TIME.moves or MORE_TIME.moves[name].automatic:
        raise Http404
    found = _fetch(request, pk)
    return attempt(
        request,
        lambda: services.decide(
            name,
            actor=request.actor,
            request=found,
            version=posted_version(request),
            reason=request.POST.get("reason", ""),
        ),
        done=_("已办理：%s。") % MORE_TIME.moves[name].label,
        back=reverse("catalog:more_time", args=[pk]),
    )


def _change(found: MoreTimeRequest) -> str:
    """Which law or duties have changed, as the department said when it began the revision."""
    assert found.entry.revises is not None  # noqa: S101 - more time is asked for in a revision
    begun = history_of(found.entry.revises).filter(move="revise_by_law").last()
    return begun.reason if begun else ""


def _fetch(request: ActorRequest, pk: int) -> MoreTimeRequest:
    rows = MoreTimeRequest.objects.select_related(
        "entry__department", "entry__revises", "submitted_by"
    )
    return more_time_policy.fetch(request.actor, rows, pk=pk)
