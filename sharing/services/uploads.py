"""Uploading rows for an entry: received, checked by a worker, confirmed by a person, then served.

`check` and `apply` do what the upload's state says is left to do (citybrain/claims.py). Reading and
checking fifty thousand rows takes ten seconds: no request waits for that.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from io import BytesIO
from pathlib import PurePath
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from citybrain import claims, progress
from citybrain.audit.services import record
from citybrain.organizations.actors import Actor, actor_for, system_actor
from citybrain.refusals import Conflict
from citybrain.spreadsheets import CellIssue, Limits, SpreadsheetError
from citybrain.spreadsheets.archive import OLE_MAGIC, ZIP_MAGIC, check_size, open_archive
from sharing.comparing import compare
from sharing.models import DataUpload, HostedRow, InterfaceService
from sharing.models.upload import RUNNING, UploadState
from sharing.policies import upload_policy
from sharing.services import hosting

LIMITS = Limits()
EXTENSIONS = (".csv", ".xlsx")
SAMPLE = 5
FORGOTTEN = timedelta(days=7)  # an upload that nobody confirms is given up, and its file with it
ENDED: dict[str, Any] = {"content": None, "sample": []}


def check_file(*, file_name: str, file: BinaryIO) -> None:
    """Judges a file before it is stored: its name, its size, and what it is by its bytes.

    Raises ValidationError for the field `file`.
    """
    suffix = PurePath(file_name).suffix.lower()
    try:
        if suffix == ".xlsx":
            open_archive(file, LIMITS).close()
        elif suffix == ".csv":
            check_size(file, LIMITS)
            if file.read(8).startswith((ZIP_MAGIC, OLE_MAGIC)):
                raise ValidationError(
                    {"file": _("这是 Excel 工作簿，只是扩展名是 .csv，请以 .xlsx 格式上传。")}
                )
        else:
            raise ValidationError({"file": _("请上传 .xlsx 或 .csv 格式的文件。")})
    except SpreadsheetError as error:
        raise ValidationError({"file": str(error)}) from None
    file.seek(0)


@transaction.atomic
def upload(*, actor: Actor, entry: CatalogEntry, file_name: str, file: BinaryIO) -> DataUpload:
    """Keeps the file for the check; what is served stays as it is.

    Raises PermissionDenied, ValidationError for the field `file`, Conflict unless the entry is
    published and no other upload of it is under way. The caller queues the check (sharing/tasks.py)
    when this has been committed.
    """
    current = entry_policy.fetch(actor, pk=entry.pk)
    made = DataUpload(entry=current, uploaded_by=actor.user)
    upload_policy.require(actor, "host", made)
    if current.state != EntryState.PUBLISHED:
        raise Conflict(_("信息资源发布后才能提供数据。"), state_label=current.get_state_display())
    check_file(file_name=file_name, file=file)
    made.file_name = PurePath(file_name).name[-200:]
    made.content = file.read()
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if "one_live_upload_per_entry" not in str(error):
            raise
        raise Conflict(_("该信息资源有一次上传正在办理，请先确认或放弃那一次。")) from None
    _record("sharing.upload.received", actor, made, bytes=len(made.content))
    return made


@transaction.atomic
def confirm(*, actor: Actor, upload: DataUpload) -> DataUpload:
    """Orders what was checked to be served, in the name of the actor.

    When the data was updated by somebody else since the check, the upload is checked once more and
    waits for confirmation again: see the state of what is returned. Raises PermissionDenied,
    Conflict when it does not wait for confirmation.
    """
    current = _fetch(actor, upload)
    again = current.state == UploadState.CHECKED and current.replaces_id != _served(current)
    _move(
        current,
        UploadState.CHECKED,
        UploadState.UPLOADED if again else UploadState.CONFIRMED,
        confirmed_by=None if again else actor.user,
        claimed_at=None,
        attempts=0,
    )
    if not again:
        _record("sharing.upload.confirmed", actor, current, rows=current.rows)
    return current


@transaction.atomic
def cancel(*, actor: Actor, upload: DataUpload) -> DataUpload:
    """Gives up an upload that has not been confirmed. Raises PermissionDenied, Conflict."""
    current = _fetch(actor, upload)
    _cancel(actor, current)
    return current


def check(upload_id: int) -> None:
    """Reads and judges a file; does nothing when somebody else has it or has done it."""
    found = _claim(upload_id, UploadState.UPLOADED)
    if found is None:
        return
    try:
        _check(found)
    except SpreadsheetError as error:
        _fail(found, error.issues)
    except Conflict:
        return  # a worker that was thought dead has ended it meanwhile


def apply(upload_id: int) -> None:
    """Makes the confirmed rows what is served, all of them in one transaction, or none."""
    found = _claim(upload_id, UploadState.CONFIRMED)
    if found is None:
        return
    try:
        _apply(found)
    except SpreadsheetError as error:
        _fail(found, error.issues)
    except Conflict as error:
        _fail(found, [CellIssue(str(error))])


def unfinished(older_than: timedelta = timedelta(0)) -> QuerySet[DataUpload]:
    """Uploads that wait for a worker and are in nobody's hands."""
    before = timezone.now() - older_than
    return uploads().filter(claims.free(), state__in=RUNNING, uploaded_at__lte=before)


def give_up_forgotten() -> int:
    """Gives up what has waited for confirmation too long; returns how many."""
    forgotten = uploads().filter(
        state=UploadState.CHECKED, uploaded_at__lt=timezone.now() - FORGOTTEN
    )
    found = list(forgotten)
    for one in found:
        with transaction.atomic():
            _cancel(system_actor(), one)
    return len(found)


def uploads() -> QuerySet[DataUpload]:
    """Uploads without their files."""
    return DataUpload.objects.defer("content").select_related(
        "entry__department", "uploaded_by", "replaces", "dataset"
    )


def job_of(upload: DataUpload) -> str:
    """The name of its background work."""
    return f"data-upload-{upload.pk}"


# --- claims ---------------------------------------------------------------------------------------
def _claim(upload_id: int, state: UploadState) -> DataUpload | None:
    """Takes the upload if it is in `state` and free. What failed to end three times is failed."""
    if not claims.take(DataUpload.objects.filter(pk=upload_id, state=state)):
        return None
    found = (
        uploads().select_related("entry__department", "confirmed_by__department").get(pk=upload_id)
    )
    if found.attempts > claims.MOST_ATTEMPTS:
        _fail(found, [CellIssue(_("多次处理都没有完成，请拆成较小的文件后重新上传。"))])
        return None
    return found


def _fetch(actor: Actor, upload: DataUpload) -> DataUpload:
    current = upload_policy.fetch(actor, uploads(), pk=upload.pk)
    upload_policy.require(actor, "host", current)
    return current


def _move(upload: DataUpload, old: UploadState, new: UploadState, **changes: Any) -> None:
    """Moves on from `old`; Conflict when somebody else was quicker."""
    if not DataUpload.objects.filter(pk=upload.pk, state=old).update(state=new, **changes):
        upload.refresh_from_db(fields=["state"])
        label = upload.get_state_display()
        raise Conflict(
            _("这次上传当前为“%s”，不能再办理这一步，请刷新后查看。") % label, state_label=label
        )
    upload.refresh_from_db(fields=["state", *changes])


def _cancel(actor: Actor, upload: DataUpload) -> None:
    _move(upload, UploadState.CHECKED, UploadState.CANCELLED, finished_at=timezone.now(), **ENDED)
    _record("sharing.upload.cancelled", actor, upload)


def _fail(upload: DataUpload, issues: Sequence[CellIssue]) -> None:
    DataUpload.objects.filter(pk=upload.pk, state__in=RUNNING).update(
        state=UploadState.FAILED,
        issues=[asdict(issue) for issue in issues],
        finished_at=timezone.now(),
        **ENDED,
    )


def _record(verb: str, actor: Actor, upload: DataUpload, **data: Any) -> None:
    record(
        verb,
        actor=actor,
        subject=upload,
        department=upload.entry.department,
        data={"file": upload.file_name, **data},
    )


# --- the worker's steps ---------------------------------------------------------------------------
def _read(upload: DataUpload) -> hosting.Upload:
    return hosting.check_upload(
        entry=upload.entry,
        file=BytesIO(upload.content or b""),
        file_name=upload.file_name,
        advance=lambda done, total: progress.report(job_of(upload), done, total),
    )


def _served(upload: DataUpload) -> int | None:
    """The id of the dataset that is served now."""
    services = InterfaceService.objects.filter(entry=upload.entry_id)
    found: int | None = services.values_list("dataset", flat=True).first()
    return found


def _check(upload: DataUpload) -> None:
    read = _read(upload)
    served = _served(upload)
    items = list(upload.entry.items.all())
    old = HostedRow.objects.filter(dataset=served).values_list("values", flat=True)
    found = compare(
        old.iterator(chunk_size=2_000) if served else (),
        read.rows,
        names=[item.name for item in items],
        keys=[item.name for item in items if item.is_key],
    )
    _move(
        upload,
        UploadState.UPLOADED,
        UploadState.CHECKED,
        rows=len(read.rows),
        sample=read.rows[:SAMPLE],
        replaces=served,
        claimed_at=None,
        attempts=0,
        **asdict(found),
    )


@transaction.atomic
def _apply(upload: DataUpload) -> None:
    locked = DataUpload.objects.select_for_update(of=("self",)).defer("content")
    if locked.filter(pk=upload.pk, state=UploadState.CONFIRMED).first() is None:
        return
    actor = actor_for(upload.confirmed_by)
    if not upload_policy.allows(actor, "host", upload):
        raise SpreadsheetError([CellIssue(_("确认更新的人员已没有提供数据的权限，没有更新。"))])
    dataset = hosting.host(
        actor=actor,
        entry=upload.entry,
        upload=_read(upload),
        seen=upload.replaces_id or 0,
    )
    _move(
        upload,
        UploadState.CONFIRMED,
        UploadState.HOSTED,
        dataset=dataset,
        finished_at=timezone.now(),
        **ENDED,
    )
