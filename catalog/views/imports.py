"""Importing a workbook: template, upload, progress, preview, confirmation, result, list of issues."""

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import tasks
from catalog.forms.imports import ConfirmForm, UploadForm
from catalog.importing import issues
from catalog.importing.columns import LIMITS, MAX_ENTRIES
from catalog.importing.template import template as template_file
from catalog.models import ImportBatch
from catalog.models.batch import BatchState, RowAction
from catalog.policies import batch_policy
from catalog.services import import_files, imports
from citybrain import progress
from citybrain.downloads import file_response
from citybrain.organizations.actors import Actor
from citybrain.pages import ActorRequest, attempt, page_of
from citybrain.policies import require_anywhere
from citybrain.refusals import Conflict
from citybrain.spreadsheets.specs import MEBIBYTE
from citybrain.ui import Card, Crumb, Tab, Tone

PER_PAGE = 50
STATE_TONES: dict[str, Tone] = {
    BatchState.UPLOADED: "info",
    BatchState.PREVIEWED: "warning",
    BatchState.CONFIRMED: "info",
    BatchState.APPLIED: "success",
    BatchState.FAILED: "danger",
    BatchState.CANCELLED: "muted",
}
ACTION_TONES: dict[str, Tone] = {
    RowAction.ADD: "success",
    RowAction.CHANGE: "info",
    RowAction.SAME: "muted",
    RowAction.REFUSED: "danger",
}
ISSUES_SHOWN = 20


@login_required
@require_safe
def import_list(request: ActorRequest) -> HttpResponse:
    require_anywhere(request.actor, "compile_entries", "read_everything")
    rows = imports.batches().filter(batch_policy.visible(request.actor))
    page = page_of(request, rows, PER_PAGE)
    context = {
        "page": page,
        "rows": [(batch, _tone(batch)) for batch in page],
        "may_import": request.actor.holds("compile_entries"),
    }
    return render(request, "catalog/import_list.html", context)


@login_required
@require_safe
def template(request: ActorRequest) -> HttpResponseBase:
    require_anywhere(request.actor, "compile_entries")
    return file_response(template_file(), _("目录模板") + ".xlsx")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def import_new(request: ActorRequest) -> HttpResponse:
    require_anywhere(request.actor, "compile_entries")
    form = UploadForm(request.POST or None, request.FILES or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            batch = imports.upload(
                actor=request.actor,
                department=form.cleaned_data["department"],
                file_name=form.cleaned_data["file"].name,
                file=form.cleaned_data["file"],
            )
        except ValidationError as error:
            form.add_error("file", error.message_dict["file"])
        else:
            _start(request, batch)
            return redirect("catalog:import", pk=batch.pk)
    context = {
        "form": form,
        "most_megabytes": LIMITS.max_file_bytes // MEBIBYTE,
        "most_entries": MAX_ENTRIES,
        "crumbs": _crumbs(_("上传工作簿")),
    }
    return render(request, "catalog/import_new.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_safe
def import_batch(request: ActorRequest, pk: int) -> HttpResponse:
    """One import in whatever state it is: running, waiting to be confirmed, done, failed."""
    batch = _fetch(request.actor, pk)
    action = request.GET.get("action", "")
    rows = batch.rows.select_related("entry").defer("values", "items", "entry__search")
    if action in RowAction.values:
        rows = rows.filter(action=action)
    page = page_of(request, rows, PER_PAGE)
    may = batch_policy.allows(request.actor, "import", batch)
    context = {
        "batch": batch,
        "tone": _tone(batch),
        "progress": _progress(batch),
        "cards": _cards(batch),
        "tabs": _tabs(batch, action),
        "page": page,
        "rows": [(row, ACTION_TONES[row.action]) for row in page],
        "issues": batch.issues[:ISSUES_SHOWN],
        "issue_count": len(batch.issues),
        "has_issues": batch.has_issues,
        "may_confirm": may and batch.state == BatchState.PREVIEWED and batch.has_work,
        "may_import": may,
        "annotated": bool(batch.annotated_at and batch.annotated),
        "annotating": import_files.unannotated().filter(pk=batch.pk).exists(),
        "days_kept": import_files.KEPT.days,
        "form": ConfirmForm(),
        "crumbs": _crumbs(batch.file_name),
    }
    return render(request, "catalog/import_batch.html", context)


@login_required
@never_cache
@require_safe
def import_progress(request: ActorRequest, pk: int) -> HttpResponse:
    """The progress bar alone; when the work is done the page loads itself anew."""
    batch = _fetch(request.actor, pk)
    context = {"batch": batch, "progress": _progress(batch)}
    response = render(request, "catalog/import_progress.html", context)
    if not batch.is_running:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def import_confirm(request: ActorRequest, pk: int) -> HttpResponse:
    batch = _fetch(request.actor, pk)
    form = ConfirmForm(request.POST)
    form.is_valid()

    def confirm() -> None:
        confirmed = imports.confirm(
            actor=request.actor, batch=batch, strict=form.cleaned_data["strict"]
        )
        _start(request, confirmed)

    back = reverse("catalog:import", args=[pk])
    return attempt(request, confirm, done=_("已确认，正在导入。"), back=back)


@login_required
@require_POST
def import_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    batch = _fetch(request.actor, pk)
    return attempt(
        request,
        lambda: imports.cancel(actor=request.actor, batch=batch),
        done=_("已放弃这次导入，目录没有任何变化。"),
        back=reverse("catalog:import", args=[pk]),
    )


@login_required
@require_safe
def import_issues(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Everything that was found wrong, by sheet, row and column, as a workbook."""
    batch = _fetch(request.actor, pk)
    return file_response(issues.workbook(batch), _("问题清单") + ".xlsx")


@login_required
@require_safe
def import_annotated(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The person's own workbook with its faulty cells marked."""
    batch = _fetch(request.actor, pk)
    if not batch.annotated:
        raise Conflict(
            _("标注了问题的工作簿还没有生成或已过保存期，请稍后刷新，或下载问题清单。"),
            state_label=batch.label,
        )
    name = f"{PurePath(batch.file_name).stem}-{_('问题标注')}.xlsx"
    return file_response(bytes(batch.annotated), name)


def _fetch(actor: Actor, pk: int) -> ImportBatch:
    return batch_policy.fetch(actor, imports.batches(), pk=pk)


def _tone(batch: ImportBatch) -> Tone:
    return "muted" if batch.is_idle else STATE_TONES[batch.state]


def _start(request: ActorRequest, batch: ImportBatch) -> None:
    if not tasks.start(batch):
        messages.warning(
            request, _("后台处理暂时不可用，文件已保存，恢复后会自动继续，不需要重新上传。")
        )


def _progress(batch: ImportBatch) -> dict[str, Any]:
    known = progress.read(imports.job_of(batch)) if batch.is_running else None
    done, total = known or (None, 100)
    checking = batch.state == BatchState.UPLOADED
    return {
        "value": done,
        "max": total or 1,
        "label": _("检查工作簿") if checking else _("导入目录"),
        "state": "running" if batch.is_running else "done",
        "message": (
            _("正在逐行检查，目录尚无任何变化。可以离开本页，稍后回来查看。")
            if checking
            else _("正在保存，完成前目录没有变化。可以离开本页，稍后回来查看。")
        ),
    }


def _cards(batch: ImportBatch) -> list[Card]:
    url = reverse("catalog:import", args=[batch.pk])
    counts = {action: getattr(batch, name) for action, name in imports.COUNTED.items()}
    return [
        Card(
            action.label,
            counts[action],
            _("个"),
            icon,
            ACTION_TONES[action] if counts[action] else "neutral",
            f"{url}?action={action.value}" if counts[action] else "",
        )
        for action, icon in zip(RowAction, ("plus", "edit", "circle-minus", "ban"), strict=True)
    ]


def _tabs(batch: ImportBatch, action: str) -> list[Tab]:
    url = reverse("catalog:import", args=[batch.pk])
    counts = {one: getattr(batch, name) for one, name in imports.COUNTED.items()}
    return [
        Tab(_("全部"), url, action not in counts, sum(counts.values())),
        *(
            Tab(one.label, f"{url}?action={one.value}", action == one.value, count)
            for one, count in counts.items()
            if count
        ),
    ]


def _crumbs(label: str) -> list[Crumb]:
    return [Crumb(_("工作簿导入"), reverse("catalog:imports")), Crumb(label)]
