"""The data behind an entry: what is served, uploading rows, checking them, confirming (HK-15)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from citybrain import progress
from citybrain.downloads import file_response
from citybrain.organizations.actors import Actor
from citybrain.pages import ActorRequest, attempt, page_of
from citybrain.refusals import Conflict
from citybrain.spreadsheets import Column, OutSheet, write_xlsx
from citybrain.spreadsheets.specs import MEBIBYTE
from citybrain.ui import Card, Crumb, Tone
from sharing import tasks
from sharing.backends import queries as backends
from sharing.backends.views import TONES as BACKEND_TONES
from sharing.forms.hosting import DataForm
from sharing.models import DataUpload, HostedDataset, InterfaceService
from sharing.models.upload import LIVE_UPLOADS, UploadState
from sharing.offered import state_of
from sharing.policies import city_readers, service_policy, upload_policy
from sharing.queries import service_of
from sharing.services import hosting, uploads

TONES: dict[str, Tone] = {
    UploadState.UPLOADED: "info",
    UploadState.CHECKED: "warning",
    UploadState.CONFIRMED: "info",
    UploadState.HOSTED: "success",
    UploadState.FAILED: "danger",
    UploadState.CANCELLED: "muted",
}
UPLOADS_SHOWN = 10
ISSUE_COLUMNS = (
    Column("row", gettext_lazy("行"), width=8),
    Column("column_letter", gettext_lazy("列"), width=8),
    Column("heading", gettext_lazy("信息项"), width=24),
    Column("message", gettext_lazy("问题和修改方法"), width=80),
)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def data(request: ActorRequest, pk: int) -> HttpResponse:
    """What is served of an entry, how it came there, and the form that uploads more."""
    entry = _entry(request.actor, pk)
    form = DataForm(request.POST or None, request.FILES or None)
    status = 422 if form.errors else 200
    if request.method == "POST":
        _require_host(request.actor, entry)
    if form.is_valid():
        try:
            made = uploads.upload(
                actor=request.actor,
                entry=entry,
                file_name=form.cleaned_data["file"].name,
                file=form.cleaned_data["file"],
            )
        except ValidationError as error:
            form.add_error("file", error.message_dict["file"])
            status = 422
        except Conflict as conflict:
            messages.error(request, str(conflict))
            status = 409
        else:
            _start(request, made)
            return redirect("sharing:upload", pk=made.pk)
    return render(request, "sharing/data.html", _context(request, entry, form), status=status)


@login_required
@require_safe
def data_template(request: ActorRequest, pk: int) -> HttpResponseBase:
    """An empty workbook with the entry's items as headings."""
    entry = _entry(request.actor, pk)
    _require_host(request.actor, entry)
    columns = hosting.sheet_spec(list(entry.items.all())).columns
    content = write_xlsx([OutSheet(_("数据"), columns)])
    return file_response(content, f"{entry.code.replace('/', '_')}.xlsx")


@login_required
@never_cache
@require_safe
def upload(request: ActorRequest, pk: int) -> HttpResponse:
    """One upload in whatever state it is: running, waiting to be confirmed, served, failed."""
    found = _fetch(request.actor, pk)
    may_host = upload_policy.allows(request.actor, "host", found)
    waiting = found.state == UploadState.CHECKED
    names = [item.name for item in found.entry.items.all()] if may_host else []
    context = {
        "upload": found,
        "tone": TONES[found.state],
        "progress": _progress(found),
        "cards": _cards(found) if waiting or found.state == UploadState.HOSTED else [],
        "may_host": may_host,
        "may_confirm": may_host and waiting,
        "headings": names if found.sample else [],
        "sample": [[row.get(name, "") for name in names] for row in found.sample if names],
        "crumbs": [*_trail(found.entry), Crumb(found.file_name)],
    }
    return render(request, "sharing/upload.html", context)


@login_required
@never_cache
@require_safe
def upload_progress(request: ActorRequest, pk: int) -> HttpResponse:
    """The progress bar alone; when the work is done the page loads itself anew."""
    found = _fetch(request.actor, pk)
    context = {"upload": found, "progress": _progress(found)}
    response = render(request, "sharing/_upload_progress.html", context)
    if not found.is_running:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def upload_confirm(request: ActorRequest, pk: int) -> HttpResponse:
    confirmed = uploads.confirm(actor=request.actor, upload=_fetch(request.actor, pk))
    if confirmed.state == UploadState.UPLOADED:
        messages.warning(
            request, _("检查之后数据已由他人更新，正在与最新的数据重新比较，请核对后再次确认。")
        )
    _start(request, confirmed)
    return redirect("sharing:upload", pk=pk)


@login_required
@require_POST
def upload_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    found = _fetch(request.actor, pk)
    return attempt(
        request,
        lambda: uploads.cancel(actor=request.actor, upload=found),
        done=_("已放弃这次上传，提供的数据没有变化。"),
        back=reverse("sharing:data", args=[found.entry_id]),
    )


@login_required
@require_safe
def upload_issues(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Everything that was found wrong, by row and column, as a workbook."""
    found = _fetch(request.actor, pk)
    rows = [[issue.get(column.key) for column in ISSUE_COLUMNS] for issue in found.issues]
    return file_response(
        write_xlsx([OutSheet(_("问题清单"), ISSUE_COLUMNS, rows)]), f"upload-{pk}-issues.xlsx"
    )


def _entry(actor: Actor, pk: int) -> CatalogEntry:
    """An entry whose data the actor may follow: of the own department, or of any for the bureau."""
    entry = entry_policy.fetch(
        actor, CatalogEntry.objects.select_related("department").defer("search"), pk=pk
    )
    if not (actor.may("view_sharing", entry.department_id) or city_readers(actor)):
        raise PermissionDenied(_("数据提供情况只供提供单位和监督部门查看。"))
    return entry


def _require_host(actor: Actor, entry: CatalogEntry) -> None:
    upload_policy.require(actor, "host", DataUpload(entry=entry))


def _fetch(actor: Actor, pk: int) -> DataUpload:
    return upload_policy.fetch(actor, uploads.uploads(), pk=pk)


def _start(request: ActorRequest, found: DataUpload) -> None:
    if not tasks.start(found):
        messages.warning(
            request, _("后台处理暂时不可用，文件已保存，恢复后会自动继续，不需要重新上传。")
        )


def _context(request: ActorRequest, entry: CatalogEntry, form: DataForm) -> dict[str, Any]:
    actor = request.actor
    service = service_of(entry)
    may_host = service_policy.allows(actor, "host", InterfaceService(entry=entry))
    recent = uploads.uploads().filter(upload_policy.visible(actor), entry=entry)
    history = HostedDataset.objects.filter(entry=entry).select_related("uploaded_by")
    return {
        "entry": entry,
        "service": service,
        "state": state_of(service) if service else None,
        "form": form,
        "may_host": may_host,
        "may_upload": may_host and entry.is_published,
        "backends": [(one, BACKEND_TONES[one.state]) for one in backends.current_of(actor, entry)],
        "live": recent.filter(state__in=LIVE_UPLOADS).first(),
        "items": list(entry.items.all()),
        "most_megabytes": uploads.LIMITS.max_file_bytes // MEBIBYTE,
        "most_rows": uploads.LIMITS.max_rows,
        "recent": [(one, TONES[one.state]) for one in recent[:UPLOADS_SHOWN]],
        "page": page_of(request, history.order_by("-number")),
        "crumbs": _trail(entry),
    }


def _progress(found: DataUpload) -> dict[str, Any]:
    known = progress.read(uploads.job_of(found)) if found.is_running else None
    done, total = known or (None, 100)
    checking = found.state == UploadState.UPLOADED
    return {
        "value": done,
        "max": total or 1,
        "label": _("检查数据") if checking else _("更新数据"),
        "state": "running" if found.is_running else "done",
        "message": (
            _("正在逐行检查，提供的数据尚无任何变化。可以离开本页，稍后回来查看。")
            if checking
            else _("正在更新，完成前仍提供原来的数据。可以离开本页，稍后回来查看。")
        ),
    }


def _cards(found: DataUpload) -> list[Card]:
    tone: Tone = "danger" if found.removed else "neutral"
    return [
        Card(_("文件数据行"), found.rows, _("行"), "table", "info"),
        Card(_("新增"), found.added, _("行"), "plus", "success" if found.added else "neutral"),
        Card(_("变更"), found.changed, _("行"), "edit", "info" if found.changed else "neutral"),
        Card(_("减少"), found.removed, _("行"), "circle-minus", tone),
        Card(_("无变化"), found.unchanged, _("行"), "check", "muted"),
    ]


def _trail(entry: CatalogEntry) -> list[Crumb]:
    return [
        Crumb(entry.title, reverse("catalog:entry", args=[entry.pk])),
        Crumb(_("数据与接口"), reverse("sharing:data", args=[entry.pk])),
    ]
