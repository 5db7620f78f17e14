"""Pages of the provincial queue: the list, one report, its files, and what came back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import tasks
from catalog.models import Project, ProvincialReport
from catalog.provincial import changes, correcting, exporting, packages, queries, services
from catalog.provincial.choices import PackageScope, ProvincialState, Way
from catalog.provincial.forms import CorrectionForm, ProvincialFilter
from catalog.provincial.policies import provincial_policy
from catalog.provincial.transitions import PROVINCIAL
from citybrain.audit.services import record
from citybrain.downloads import file_response
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
from citybrain.refusals import Conflict, Refused
from citybrain.ui import Crumb, FailedMove

STATES = dict(ProvincialState.choices)
READERS = ("report_to_province", "supervise", "read_everything")
WORDS = ("sent_on", "way", "document_number", "received_on", "receipt_number", "reason")
LINES_SHOWN = 50


@login_required
@require_safe
def provincial_list(request: ActorRequest) -> HttpResponse:
    require_anywhere(request.actor, *READERS)
    form = ProvincialFilter(request.GET)
    found = provincial_policy.queryset(request.actor).filter(form.q_of()).defer("content")
    page = page_of(request, found)
    context = {
        "form": form,
        "filtered": bool(form.chosen()),
        "page": page,
        "rows": [(one, queries.TONES[one.state]) for one in page],
        "counts": changes.count(),
        "may_report": request.actor.holds("report_to_province"),
        "under_way": packages.under_way(),
    }
    return render(request, "catalog/provincial/list.html", context)


@login_required
@require_POST
def provincial_package(request: ActorRequest) -> HttpResponse:
    """Asks for a catalog package, whole or what has changed."""
    require_anywhere(request.actor, "report_to_province")
    scope = request.POST.get("scope", "")
    if scope not in PackageScope.values:
        messages.error(request, _("请选择目录包的范围。"))
        return redirect("catalog:provincial")
    try:
        report = packages.request(actor=request.actor, scope=scope)
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, reason)
        return redirect("catalog:provincial")
    if not tasks.start_package(report):
        messages.warning(request, _("后台处理暂时不可用，恢复后会自动编制，不需要重新提出。"))
    return redirect(queries.detail_url(report))


@login_required
@never_cache
@require_safe
def provincial_report(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@login_required
@never_cache
@require_safe
def provincial_progress(request: ActorRequest, pk: int) -> HttpResponse:
    """The progress alone; when the package is there the page loads itself anew."""
    found = _fetch(request.actor, pk)
    response = render(request, "catalog/provincial/_progress.html", {"report": found})
    if found.state != ProvincialState.PREPARING:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def provincial_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    if name not in PROVINCIAL.moves or PROVINCIAL.moves[name].automatic:
        raise Http404
    found = _fetch(request.actor, pk)
    return attempt_move(
        request,
        name,
        lambda: services.move_report(
            name,
            actor=request.actor,
            report=found,
            version=posted_version(request),
            words={word: request.POST[word] for word in WORDS if word in request.POST},
        ),
        done=_("已办理：%s。") % PROVINCIAL.moves[name].label,
        back=queries.detail_url(found),
        again=lambda failed, status: _page(request, pk, failed, status),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def provincial_correct(request: ActorRequest, pk: int) -> HttpResponse:
    """The form by which an acceptance that came back is put right."""
    found = _fetch(request.actor, pk)
    provincial_policy.require(request.actor, "report", found)
    if found.is_package:
        raise Http404
    if found.state != ProvincialState.REJECTED and request.method != "POST":
        raise Conflict(_("只有省级退回的可以更正。"), state_label=found.get_state_display())
    project = get_object_or_404(Project, pk=found.subject_id)
    form = CorrectionForm(request.POST or None, instance=project, report=found)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("version", "opinion", "reason")}
        try:
            correcting.correct(actor=request.actor, report=found, values=form.values(), **given)
        except ValidationError as error:
            add_refusal(form, error)
            status = 422
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 409
        else:
            messages.success(request, _("已更正，可以再次报送。"))
            return redirect(queries.detail_url(found))
    back = queries.detail_url(found)
    crumbs = [Crumb(_("省级报送"), reverse("catalog:provincial")), Crumb(found.number, back)]
    context = {"report": found, "form": form, "back": back}
    context["crumbs"] = [*crumbs, Crumb(_("更正内容"))]
    return render(request, "catalog/provincial/correct.html", context, status=status)


@login_required
@require_POST
def provincial_json(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Everything that is reported, with what its digest is made of."""
    found = _sealed(request, pk, "json")
    return file_response(exporting.json_of(found), f"{found.number}.json")


@login_required
@require_POST
def provincial_xlsx(request: ActorRequest, pk: int, volume: int) -> HttpResponseBase:
    found = _sealed(request, pk, "xlsx")
    volumes = exporting.volumes_of(found)
    if not 1 <= volume <= len(volumes):
        raise Http404
    name = found.number if len(volumes) == 1 else f"{found.number}-{volume}"
    return file_response(exporting.xlsx_of(found, volume), f"{name}.xlsx")


def _sealed(request: ActorRequest, pk: int, kind: str) -> ProvincialReport:
    """The report, when there is something to download; the download is on record."""
    found = _fetch(request.actor, pk)
    if not found.digest:
        raise Conflict(_("编制完成后才能下载。"), state_label=found.get_state_display())
    record(
        "catalog.provincial.downloaded",
        actor=request.actor,
        subject=found,
        data={"format": kind, "digest": found.digest},
    )
    return found


def _page(
    request: ActorRequest, pk: int, failed: FailedMove | None = None, status: int = 200
) -> HttpResponse:
    found = _fetch(request.actor, pk)
    context: dict[str, Any] = {
        "report": found,
        "tone": queries.TONES[found.state],
        "attributes": queries.attributes_of(found),
        "subject_url": queries.subject_url(found),
        "moves": buttons(PROVINCIAL, found, request.actor, "catalog:provincial_move"),
        "choices": {"way": Way.choices},
        "failed": failed,
        "history": timeline(found, STATES),
        "crumbs": [Crumb(_("省级报送"), reverse("catalog:provincial")), Crumb(found.number)],
    }
    if found.digest:
        context["volumes"] = exporting.volumes_of(found)
    if not found.is_package:
        context["may_correct"] = (
            found.state == ProvincialState.REJECTED
            and provincial_policy.allows(request.actor, "report", found)
        )
        context["editions"] = correcting.editions_of(found)
    else:
        lines = found.lines.select_related("entry__department").defer("entry__search")
        context["page"] = page_of(request, lines.order_by("pk"), LINES_SHOWN)
    return render(request, "catalog/provincial/detail.html", context, status=status)


def _fetch(actor: Actor, pk: int) -> ProvincialReport:
    rows = ProvincialReport.objects.select_related("submitted_by")
    return provincial_policy.fetch(actor, rows, pk=pk)
