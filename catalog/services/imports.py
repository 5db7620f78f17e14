"""Importing a workbook: upload, preview, confirmation, and the two steps that a worker does.

`preview` and `apply` do what the batch's state says is left to do. Whoever claims the batch first
does it; a claim whose worker died expires, and `unfinished` finds the batch again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from io import BytesIO
from itertools import islice
from pathlib import PurePath
from typing import Any, BinaryIO

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog import rules
from catalog.choices import EntryState
from catalog.importing.checking import check_file
from catalog.importing.columns import ENTRIES, ITEMS, LIMITS
from catalog.importing.planning import plan
from catalog.models import CatalogEntry, ImportBatch, ImportRow
from catalog.models.batch import BatchState, RowAction
from catalog.policies import batch_policy
from catalog.services.bulk import CHUNK, Draft, compile_many
from catalog.services.entries import change_entry
from citybrain import claims, progress
from citybrain.audit.services import record
from citybrain.bulk import insert_many
from citybrain.organizations.actors import Actor, actor_for
from citybrain.organizations.models import Department
from citybrain.refusals import Conflict, Refused
from citybrain.spreadsheets import CellIssue, SpreadsheetError, read_workbook

COUNTED = {
    RowAction.ADD: "added",
    RowAction.CHANGE: "changed",
    RowAction.SAME: "unchanged",
    RowAction.REFUSED: "refused",
}


# More was found wrong than the annotated file says.
NOT_ANNOTATED: dict[str, Any] = {"annotated": b"", "annotated_at": None}


class Stopped(Exception):
    """The batch cannot be imported at all; nothing of it has been saved."""

    def __init__(self, issues: Sequence[CellIssue]) -> None:
        super().__init__(issues)
        self.issues = issues


@transaction.atomic
def upload(*, actor: Actor, department: Department, file_name: str, file: BinaryIO) -> ImportBatch:
    """Keeps the file for preview; nothing of it is in the catalog.

    Raises PermissionDenied unless the actor may compile for `department`, ValidationError for the
    field `file`. The caller queues the preview (catalog/tasks.py) when this has been committed.
    """
    batch = ImportBatch(department=department, uploaded_by=actor.user)
    batch_policy.require(actor, "import", batch)
    check_file(file_name=file_name, file=file)
    file.seek(0)
    batch.file_name = PurePath(file_name).name[-200:]
    batch.content = file.read()
    batch.save(force_insert=True)
    record(
        "catalog.import.uploaded",
        actor=actor,
        subject=batch,
        department=department,
        data={"file": batch.file_name, "bytes": len(batch.content)},
    )
    return batch


@transaction.atomic
def confirm(*, actor: Actor, batch: ImportBatch, strict: bool = False) -> ImportBatch:
    """Orders what was previewed to be saved, in the name of the actor.

    With `strict`, one row that cannot be imported stops all of them. Raises PermissionDenied,
    Refused when nothing is left to import, Conflict when the batch is not waiting for it.
    """
    current = batch_policy.fetch(actor, batches(), pk=batch.pk)
    batch_policy.require(actor, "import", current)
    if current.state == BatchState.PREVIEWED:
        _require_something(current, strict)
    _move(
        current,
        BatchState.PREVIEWED,
        BatchState.CONFIRMED,
        confirmed_by=actor.user,
        strict=strict,
        claimed_at=None,
        attempts=0,
    )
    _record("catalog.import.confirmed", actor, current, strict=strict)
    return current


@transaction.atomic
def cancel(*, actor: Actor, batch: ImportBatch) -> ImportBatch:
    """Gives up an import that has not been confirmed. Raises PermissionDenied, Conflict."""
    current = batch_policy.fetch(actor, batches(), pk=batch.pk)
    batch_policy.require(actor, "import", current)
    _move(current, BatchState.PREVIEWED, BatchState.CANCELLED, finished_at=timezone.now())
    _record("catalog.import.cancelled", actor, current)
    return current


def preview(batch_id: int) -> None:
    """Reads and judges an uploaded file; does nothing when somebody else has it or has done it."""
    batch = _claim(batch_id, BatchState.UPLOADED)
    if batch is None:
        return
    try:
        with transaction.atomic():
            if _locked(batch_id, BatchState.UPLOADED) is None:
                return
            _plan(batch)
    except Stopped as stopped:
        _fail(batch, stopped.issues)


def apply(batch_id: int) -> None:
    """Saves a confirmed import, all accepted rows in one transaction, or nothing."""
    batch = _claim(batch_id, BatchState.CONFIRMED)
    if batch is None:
        return
    try:
        with transaction.atomic():
            if _locked(batch_id, BatchState.CONFIRMED) is None:
                return
            _apply(batch)
    except Stopped as stopped:
        _fail(batch, stopped.issues)


def unfinished(older_than: timedelta = timedelta(0)) -> QuerySet[ImportBatch]:
    """Batches that wait for a worker, uploaded or confirmed, and are in nobody's hands."""
    now = timezone.now()
    return (
        batches()
        .filter(claims.free(now), state__in=(BatchState.UPLOADED, BatchState.CONFIRMED))
        .filter(uploaded_at__lte=now - older_than)
        .order_by("uploaded_at")
    )


def batches() -> QuerySet[ImportBatch]:
    """Batches without their files."""
    return ImportBatch.objects.defer("content", "annotated").select_related(
        "department", "uploaded_by"
    )


def job_of(batch: ImportBatch) -> str:
    """The name of its background work."""
    return f"catalog-import-{batch.pk}"


# --- claims ---------------------------------------------------------------------------------------
def _claim(batch_id: int, state: BatchState) -> ImportBatch | None:
    """Takes the batch if it is in `state` and in nobody's hands; commits at once.

    What has been tried three times without coming to an end fails, so that a file on which a
    worker dies does not take one after the other.
    """
    if not claims.take(ImportBatch.objects.filter(pk=batch_id, state=state)):
        return None
    batch = batches().select_related("department", "confirmed_by").get(pk=batch_id)
    if batch.attempts > claims.MOST_ATTEMPTS:
        _fail(batch, [CellIssue(_("多次处理都没有完成，请拆成较小的文件后重新上传。"))])
        return None
    return batch


def _locked(batch_id: int, state: BatchState) -> ImportBatch | None:
    """The batch, its row held; None when another worker finished it while we waited."""
    rows = ImportBatch.objects.defer("content", "annotated").select_for_update(of=("self",))
    return rows.filter(pk=batch_id, state=state).first()


def _move(batch: ImportBatch, old: BatchState, new: BatchState, **changes: Any) -> None:
    if not ImportBatch.objects.filter(pk=batch.pk, state=old).update(state=new, **changes):
        batch.refresh_from_db(fields=["state"])
        label = batch.get_state_display()
        raise Conflict(
            _("这次导入当前为“%s”，不能再办理这一步，请刷新后查看。") % label, state_label=label
        )
    batch.refresh_from_db(fields=["state", *changes])


def _fail(batch: ImportBatch, issues: Sequence[CellIssue]) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(
        state=BatchState.FAILED,
        issues=[asdict(issue) for issue in issues],
        finished_at=timezone.now(),
        claimed_at=None,
        **NOT_ANNOTATED,
    )


def _record(verb: str, actor: Actor, batch: ImportBatch, **data: Any) -> None:
    record(
        verb,
        actor=actor,
        subject=batch,
        department=batch.department,
        data={
            **{name: getattr(batch, name) for name in COUNTED.values()},
            **data,
        },
    )


def _require_something(batch: ImportBatch, strict: bool) -> None:
    if strict and (batch.refused or batch.issues):
        raise Refused(
            [_("有不能导入的行，按所选方式全部不导入。请修改文件后重新上传，或取消该选项。")]
        )
    if not batch.has_work:
        raise Refused([_("没有需要新增或变更的信息资源。")])


# --- preview --------------------------------------------------------------------------------------
def _plan(batch: ImportBatch) -> None:
    try:
        workbook = read_workbook(
            BytesIO(batch.content),
            sheets=(ENTRIES, ITEMS),
            limits=LIMITS,
            template=_("请在“工作簿导入”页面下载最新模板，对照修改后重新上传。"),
        )
        rows, stray = plan(
            workbook,
            batch.department,
            lambda done, total: progress.report(job_of(batch), done, total),
        )
    except SpreadsheetError as error:
        raise Stopped(error.issues) from None
    counts = dict.fromkeys(COUNTED.values(), 0)
    while chunk := list(islice(rows, CHUNK)):
        for row in chunk:
            row.batch = batch
            counts[COUNTED[RowAction(row.action)]] += 1
        insert_many(chunk)
    _move(
        batch,
        BatchState.UPLOADED,
        BatchState.PREVIEWED,
        issues=[asdict(issue) for issue in stray],
        claimed_at=None,
        attempts=0,
        **counts,
    )


# --- import ---------------------------------------------------------------------------------------
def _apply(batch: ImportBatch) -> None:
    # Imports of one department take turns: each holds number series and entries until its end, and
    # two that took them in different orders would deadlock.
    Department.objects.select_for_update(no_key=True).get(pk=batch.department_id)
    actor = actor_for(batch.confirmed_by)
    if not batch_policy.allows(actor, "import", batch):
        raise Stopped([CellIssue(_("确认导入的人员已没有编制目录的权限，没有导入。"))])
    total = batch.added + batch.changed
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress.report(job_of(batch), done, total)

    try:
        for rows in _chunks(batch, RowAction.ADD):
            _add(batch, actor, rows)
            advance(len(rows))
        for rows in _chunks(batch, RowAction.CHANGE):
            _change(batch, actor, rows, advance)
    except (ValidationError, PermissionDenied) as error:
        raise Stopped([CellIssue(text) for text in _texts(error)]) from None
    counts = {name: batch.rows.filter(action=action).count() for action, name in COUNTED.items()}
    _move(
        batch,
        BatchState.CONFIRMED,
        BatchState.APPLIED,
        finished_at=timezone.now(),
        claimed_at=None,
        **({"attempts": 0, **NOT_ANNOTATED} if batch.refused != counts["refused"] else {}),
        **counts,
    )
    _record("catalog.import.applied", actor, batch)


def _chunks(batch: ImportBatch, action: RowAction) -> Iterator[list[ImportRow]]:
    """The rows to do, in pieces; each piece is read anew, so that memory stays bounded."""
    last = 0
    while rows := list(
        batch.rows.filter(action=action, number__gt=last).order_by("number")[:CHUNK]
    ):
        yield rows
        last = rows[-1].number


def _add(batch: ImportBatch, actor: Actor, rows: Sequence[ImportRow]) -> None:
    accepted = _still_free(batch, rows)
    while accepted:
        try:
            entries = compile_many(
                actor=actor,
                department=batch.department,
                drafts=[Draft(row.values, row.items, judged=True) for row in accepted],
            )
        except ValidationError:
            # Somebody may have taken a title in this very moment; nothing of these rows is saved.
            free = _still_free(batch, accepted)
            if len(free) == len(accepted):
                raise
            accepted = free
            continue
        for row, entry in zip(accepted, entries, strict=True):
            row.entry = entry
        _keep_entries(accepted)
        return


def _keep_entries(rows: Sequence[ImportRow]) -> None:
    table = ImportRow._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" AS row SET entry_id = made.entry '  # noqa: S608 - a name of ours
            "FROM unnest(%s::bigint[], %s::bigint[]) AS made (pk, entry) WHERE row.id = made.pk",
            ([row.pk for row in rows], [row.entry_id for row in rows]),
        )


def _still_free(batch: ImportBatch, rows: Sequence[ImportRow]) -> list[ImportRow]:
    """The rows whose title nobody has taken since the preview; refuses the others."""
    taken = rules.entries_called(batch.department, [row.title for row in rows])
    free = []
    for row in rows:
        if rules.title_key(row.title) in taken:
            _refuse(batch, row, _("预览之后，本单位已编制同名的信息资源。"))
        else:
            free.append(row)
    return free


def _change(
    batch: ImportBatch, actor: Actor, rows: Sequence[ImportRow], advance: Callable[[int], None]
) -> None:
    present = CatalogEntry.objects.in_bulk([row.entry_id for row in rows])
    for row in rows:
        entry = present[row.entry_id]
        if entry.state != EntryState.DRAFT or entry.version != row.version:
            _refuse(batch, row, _("预览之后，该信息资源已由他人修改或提交，没有覆盖。"))
        else:
            try:
                change_entry(
                    actor=actor,
                    entry=entry,
                    version=row.version,
                    values=row.values,
                    items=row.items,
                )
            except (Conflict, ValidationError) as error:
                _refuse(batch, row, "".join(getattr(error, "messages", [str(error)])))
        advance(1)


def _refuse(batch: ImportBatch, row: ImportRow, message: str) -> None:
    issue = CellIssue(message, sheet=ENTRIES.name, row=row.number)
    if batch.strict:
        raise Stopped([issue])
    row.action = RowAction.REFUSED
    row.issues = [asdict(issue)]
    row.save(update_fields=["action", "issues"])


def _texts(error: ValidationError | PermissionDenied) -> list[str]:
    if isinstance(error, ValidationError):
        return [str(text) for text in error.messages]
    return [str(error)]
