"""Attaching rows to an entry: the upload is checked against the data items, then served (HK-15)."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.choices import DataType, EntryState
from catalog.models import CatalogEntry, DataItem, FormerName
from catalog.policies import entry_policy
from catalog.services import entries
from catalog.values import check_value
from citybrain import registry
from citybrain.audit.services import record
from citybrain.crypto import sm3_hex
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from citybrain.spreadsheets import (
    CellIssue,
    Column,
    Row,
    Sheet,
    SheetSpec,
    SpreadsheetError,
    read_csv,
    read_workbook,
)
from sharing.choices import AuthorizationState
from sharing.models import Authorization, HostedDataset, HostedRow, InterfaceService
from sharing.policies import service_policy
from sharing.queries import grants_of
from sharing.services.authorizations import deliver_if_ready

MOST_ISSUES = 200
LONGEST_REASON = 300
PORTION = 2_000  # rows between two reports of progress


@dataclass(frozen=True)
class Upload:
    """A checked file: rows of item name -> text, ready to be hosted."""

    file_name: str
    digest: str
    rows: list[dict[str, str]]


def sheet_spec(items: Sequence[DataItem]) -> SheetSpec:
    """The headings an upload must have: the names of the entry's items, in any order."""
    return SheetSpec(
        name="",
        columns=tuple(
            Column(
                key=item.name,
                heading=item.name,
                is_date=item.data_type == DataType.DATE,
                hint=item.description,
            )
            for item in items
        ),
    )


def check_upload(
    *,
    entry: CatalogEntry,
    file: BinaryIO,
    file_name: str,
    advance: Callable[[int, int], None] | None = None,
) -> Upload:
    """Reads a .csv or .xlsx and checks every value against its data item.

    `advance` is told from time to time how many rows of how many have been checked. Raises
    SpreadsheetError with the cells at fault (at most MOST_ISSUES of them): required values, types,
    lengths, and repeated keys. Nothing is saved.
    """
    items = list(entry.items.all())
    content = file.read()
    file.seek(0)
    sheet = read_sheet(file, file_name, sheet_spec(items))
    issues: list[CellIssue] = []
    rows: list[dict[str, str]] = []
    former = former_names(entry, items)
    keys = _Keys([item.name for item in items if item.is_key])
    for row in sheet.rows:
        issues += _issues_of(sheet, row, items, keys)
        if len(issues) >= MOST_ISSUES:
            break
        if advance is not None and len(rows) % PORTION == 0:
            advance(len(rows), len(sheet.rows))
        values = {item.name: row.values.get(item.name, "") for item in items}
        rows.append(values | {before: values[now] for before, now in former.items()})
    if issues:
        raise SpreadsheetError(issues[:MOST_ISSUES])
    if not rows:
        raise SpreadsheetError([CellIssue(_("文件中没有数据行，请从第2行起填写数据。"))])
    return Upload(file_name=file_name[:200], digest=sm3_hex(content), rows=rows)


def former_names(entry: CatalogEntry, items: Iterable[DataItem]) -> dict[str, str]:
    """Earlier name -> present name of renamed items: grants made before name them so still."""
    present = {item.name for item in items}
    named = FormerName.objects.filter(item__entry=entry).values_list("name", "item__name")
    return {
        before: now
        for before, now in named.order_by("pk")
        if before not in present and now in present
    }


def follow_names(copy: CatalogEntry, actor: Actor) -> None:
    """When a revision takes effect, what is served is found under new names as well as the old."""
    rows = HostedRow._meta.db_table
    service = InterfaceService.objects.filter(entry=copy.revises_id, dataset__isnull=False).first()
    if service is None:
        return
    assert copy.revises is not None  # noqa: S101 - the move exists for revisions alone
    for before, now in former_names(copy.revises, list(copy.revises.items.all())).items():
        with connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE {rows} SET "values" = "values" || '  # noqa: S608 - a name of ours
                'jsonb_build_object(%s::text, "values"->%s) '
                'WHERE dataset_id = %s AND "values" ? %s AND NOT "values" ? %s',
                [now, before, service.dataset_id, before, now],
            )


def read_sheet(file: BinaryIO, file_name: str, spec: SheetSpec) -> Sheet:
    """Reads the one sheet of a .csv or .xlsx; raises SpreadsheetError."""
    if file_name.lower().endswith(".csv"):
        return read_csv(file, sheet=spec)
    return read_workbook(file, sheets=(spec,))[spec.name]


def _issues_of(
    sheet: Sheet, row: Row, items: Sequence[DataItem], keys: "_Keys"
) -> Iterator[CellIssue]:
    """What is wrong in one row; a cell that could not be read is not called empty as well."""
    yield from row.issues
    unreadable = {issue.heading for issue in row.issues}
    for item in items:
        if item.name not in unreadable:
            problem = check_value(row.values.get(item.name, ""), item)
            if problem:
                yield sheet.issue(row.number, item.name, problem)
    repeated = keys.repeated(row)
    if repeated is not None:
        yield sheet.issue(row.number, keys.names[0], _("主键与第%d行重复。") % repeated)


class _Keys:
    """Finds rows that repeat the primary key of an earlier row."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.seen: dict[tuple[str, ...], int] = {}

    def repeated(self, row: Row) -> int | None:
        if not self.names:
            return None
        key = tuple(row.values.get(name, "") for name in self.names)
        first = self.seen.setdefault(key, row.number)
        return None if first == row.number else first


@transaction.atomic
def host(
    *, actor: Actor, entry: CatalogEntry, upload: Upload, seen: int | None = None
) -> HostedDataset:
    """Makes the uploaded rows what the entry's interface service serves from now on.

    Registers the service with the first upload. `seen` is the id of the dataset that the person
    meant to replace, 0 for none; None means whichever is served. Raises PermissionDenied, and
    Conflict unless the entry is published and that dataset is the one served.
    """
    service = opened(actor=actor, entry=entry, seen=seen)
    dataset = next_dataset(
        service,
        actor=actor,
        file_name=upload.file_name,
        digest=upload.digest,
        rows=len(upload.rows),
    )
    copy_rows(dataset, upload.rows)
    serve(service, dataset, actor)
    return dataset


def opened(*, actor: Actor, entry: CatalogEntry, seen: int | None) -> InterfaceService:
    """The entry's service for a change of its rows, the entry held until the transaction ends.

    Raises as `host` does.
    """
    current = entry_policy.fetch(
        actor, CatalogEntry.objects.select_for_update(of=("self",)), pk=entry.pk
    )
    service = InterfaceService.objects.filter(entry=current).first() or InterfaceService(
        entry=current, code=service_code(current)
    )
    service.entry = current
    service_policy.require(actor, "host", service)
    if current.state != EntryState.PUBLISHED:
        raise Conflict(_("信息资源发布后才能提供数据。"), state_label=current.get_state_display())
    if seen is not None and seen != (service.dataset_id or 0):
        raise Conflict(_("数据刚刚已由他人更新，没有覆盖。请重新上传，核对后再确认。"))
    return service


def next_dataset(
    service: InterfaceService, *, actor: Actor, file_name: str, digest: str, rows: int
) -> HostedDataset:
    """The entry's next batch, not served yet and without its rows."""
    last = HostedDataset.objects.filter(entry=service.entry).order_by("-number").first()
    return HostedDataset.objects.create(
        entry=service.entry,
        number=last.number + 1 if last else 1,
        file_name=file_name,
        rows=rows,
        digest=digest,
        uploaded_by=actor.user,
        uploaded_at=timezone.now(),
    )


def serve(
    service: InterfaceService, dataset: HostedDataset, actor: Actor, *, refreshed: bool = True
) -> None:
    """Serves the batch from now on and fulfils the duties to deliver that waited for it (SC-22).

    `refreshed` says whether this is an update of the data as its cycle asks for. Who listens to `sharing.data.hosted` hears of it.
    """
    entry = service.entry
    service.dataset = dataset
    service.save()
    if refreshed:
        entries.data_updated(
            actor=actor, entry=entry, rows=dataset.rows, note=_("第%d批") % dataset.number
        )
    record(
        "sharing.data.hosted",
        actor=actor,
        subject=dataset,
        department=entry.department,
        data={"rows": dataset.rows, "digest": dataset.digest, "file": dataset.file_name},
    )
    deliver_waiting(entry, actor)
    for reaction in registry.reactions.on("sharing.data.hosted"):
        reaction(entry, actor)


def clear_superseded() -> int:
    """Deletes the rows of datasets that are neither served nor the last before; returns how many.

    What was served when, how many rows and with which digest stays on record. The last one before
    stays for whoever is still fetching it as a file.
    """
    served = InterfaceService.objects.filter(dataset__isnull=False)
    old = HostedDataset.objects.filter(
        Exists(served.filter(entry=OuterRef("entry"), dataset__number__gt=OuterRef("number") + 1))
    )
    count, _kinds = HostedRow.objects.filter(dataset__in=old).delete()
    return count


def deliver_waiting(entry: CatalogEntry, actor: Actor) -> None:
    """Fulfils the duties to deliver that waited for the entry's rows (SC-22)."""
    waiting = Authorization.objects.filter(entry=entry, state=AuthorizationState.ACTIVE)
    for authorization in waiting.select_related("application"):
        deliver_if_ready(authorization, actor)


def service_code(entry: CatalogEntry) -> str:
    """s_<resource code with underscores>: stable, and readable in a log."""
    return "s_" + entry.code.replace("/", "_")


def copy_rows(dataset: HostedDataset, rows: Iterable[Mapping[str, str]]) -> None:
    """Writes rows with COPY, numbered from 1."""
    table = connection.ops.quote_name(HostedRow._meta.db_table)
    with connection.cursor() as cursor:
        statement = f'COPY {table} (dataset_id, number, "values") FROM STDIN'
        with cursor.copy(statement) as copy:
            for line in _lines(dataset.pk, rows):
                copy.write_row(line)


def _lines(dataset_id: int, rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[int, int, str]]:
    for number, values in enumerate(rows, 1):
        yield dataset_id, number, json.dumps(dict(values), ensure_ascii=False)


@transaction.atomic
def switch(*, actor: Actor, service: InterfaceService, enabled: bool, reason: str) -> None:
    """The bureau stops a service or starts it again; calls are refused meanwhile (SC-27).

    The provider and those who use the service are told. Raises PermissionDenied, ValidationError
    without a reason, Conflict when the service is already as wished.
    """
    current = service_policy.fetch(
        actor, InterfaceService.objects.select_for_update(of=("self",)), pk=service.pk
    )
    service_policy.require(actor, "coordinate", current)
    text = reason.strip()
    if not text:
        raise ValidationError({"reason": _("请说明启用或停用的原因。")})
    if len(text) > LONGEST_REASON:
        raise ValidationError({"reason": _("原因不能超过%d个字，请精简。") % LONGEST_REASON})
    if current.enabled == enabled:
        state = _("已启用") if enabled else _("已停用")
        raise Conflict(_("接口服务的状态已经变化，请刷新后再办理。"), state_label=state)
    current.enabled, current.switched_at, current.switch_reason = enabled, timezone.now(), text
    current.save(update_fields=["enabled", "switched_at", "switch_reason"])
    record(
        "sharing.service.switched",
        actor=actor,
        subject=current,
        department=current.entry.department,
        data={"enabled": enabled, "reason": text},
    )
    _tell_of_switch(current, actor, text)
    if enabled:
        deliver_waiting(current.entry, actor)


def _tell_of_switch(service: InterfaceService, actor: Actor, reason: str) -> None:
    people = notices.people_to_tell("host_data", service.entry.department)
    for grant in grants_of(service.entry):
        people += notices.people_to_tell("use_authorizations", grant.consumer)
    what = _("接口服务%s已恢复提供") if service.enabled else _("接口服务%s已暂停提供")
    notices.tell(
        people=people,
        kind="sharing.service.switched",
        title=what % service.entry,
        body=reason,
        subject=service,
        actor=actor,
    )
