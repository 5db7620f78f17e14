"""Changing single rows of what is served: a new batch, like an upload, with the same checks.

The rows are copied inside the database; every row keeps its number, so that paging by key goes on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry, DataItem
from catalog.values import check_value
from citybrain.crypto import digest_of
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from sharing.choices import ServiceKind
from sharing.models import HostedDataset, HostedRow
from sharing.services import hosting

ROWS = HostedRow._meta.db_table
MOST_FOUND = 1_000  # rows beyond one for each that is looked for


@dataclass(frozen=True)
class Amendment:
    """What becomes of one row, which is known by `row`; `name` says in messages which one.

    An empty `row` is a row to add, `removed` one to take out; else `values` replace what it has.
    """

    name: str
    row: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    removed: bool = False


@transaction.atomic
def amend(
    *,
    actor: Actor,
    entry: CatalogEntry,
    amendments: Iterable[Amendment],
    seen: int | None = None,
    title: str,
) -> HostedDataset:
    """Serves the rows as amended; `title` is the batch's name where others have that of a file.

    `seen` is the batch that the person had before their eyes. Raises as hosting.host does, and
    ValidationError naming the rows and values at fault; then nothing has changed.
    """
    service = hosting.opened(actor=actor, entry=entry, seen=seen)
    if service.dataset is None or service.kind != ServiceKind.HOSTED:
        raise Conflict(_("没有托管的数据行，请在数据来源处更正。"))
    before = service.dataset
    wanted = list(amendments)
    said = [[one.row, one.values, one.removed] for one in wanted]
    dataset = hosting.next_dataset(
        service,
        actor=actor,
        file_name=title[:200],
        rows=before.rows,
        digest=digest_of([before.digest, said]),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO {ROWS} (dataset_id, number, "values") '  # noqa: S608 - a name of ours
            f'SELECT %s, number, "values" FROM {ROWS} WHERE dataset_id = %s',
            [dataset.pk, before.pk],
        )
    rows = _Rows(service.entry, dataset)
    problems = [problem for one in wanted for problem in rows.apply(one)]
    if problems:
        raise ValidationError(problems)
    dataset.rows = HostedRow.objects.filter(dataset=dataset).count()
    if not dataset.rows:
        raise ValidationError(_("不能删除全部数据行。"))
    dataset.save(update_fields=["rows"])
    # What is put right is not refreshed: the cycle of updates goes on as it was.
    hosting.serve(service, dataset, actor, refreshed=False)
    return dataset


def like(dataset_id: int, values: Mapping[str, str]) -> QuerySet[HostedRow]:
    """The rows of a batch that have these values."""
    return HostedRow.objects.filter(dataset=dataset_id, values__contains=dict(values))


def find(dataset_id: int, row: Mapping[str, str]) -> HostedRow | None:
    """The one row of a batch that is known by `row`; None when there is none, or more than one."""
    found = list(like(dataset_id, row)[:2]) if row else []
    return found[0] if len(found) == 1 else None


class Found:
    """The rows of a batch that are known by any of `rows`, fetched by one statement."""

    def __init__(self, dataset_id: int | None, rows: Iterable[Mapping[str, str]]) -> None:
        wanted = [dict(row) for row in rows if row]
        condition = Q(pk__in=[])
        for row in wanted:
            condition |= Q(values__contains=row)
        found = HostedRow.objects.filter(condition, dataset=dataset_id).order_by("number")
        most = MOST_FOUND + len(wanted)
        self.rows = list(found[:most]) if wanted and dataset_id is not None else []

    def like(self, row: Mapping[str, str]) -> list[HostedRow]:
        """Those that have these values."""
        return [one for one in self.rows if row and row.items() <= one.values.items()]

    def one(self, row: Mapping[str, str]) -> HostedRow | None:
        """The only one; None when there is none, or more than one."""
        found = self.like(row)
        return found[0] if len(found) == 1 else None


class _Rows:
    """The rows of a batch in the making, and what they must fit."""

    def __init__(self, entry: CatalogEntry, dataset: HostedDataset) -> None:
        self.items: dict[str, DataItem] = {item.name: item for item in entry.items.all()}
        self.former = hosting.former_names(entry, self.items.values())
        self.keys = [name for name, item in self.items.items() if item.is_key]
        self.dataset = dataset

    def apply(self, one: Amendment) -> list[str]:
        """Writes one amendment; what stands against it, with nothing written."""
        row = find(self.dataset.pk, one.row) if one.row else HostedRow(dataset=self.dataset)
        if row is None:
            return [_("%s：现在提供的数据中找不到这一行，请上传更正后的数据。") % one.name]
        if one.removed:
            row.delete()
            return []
        if row.pk is None:
            values = {name: one.values.get(name, "") for name in self.items}
        else:
            values = {**row.values, **one.values}
        problems = self._problems(one, values, row)
        if not problems:
            now = {before: values.get(name, "") for before, name in self.former.items()}
            row.values = values | now
            row.number = row.number or self._next_number()
            row.save()
        return problems

    def _problems(self, one: Amendment, values: Mapping[str, str], row: HostedRow) -> list[str]:
        changed = values if row.pk is None else one.values
        found = [
            _("%(row)s“%(item)s”：%(problem)s") % {"row": one.name, "item": name, "problem": text}
            for name in changed
            if name in self.items and (text := check_value(values[name], self.items[name]))
        ]
        key = {name: values.get(name, "") for name in self.keys}
        if key and like(self.dataset.pk, key).exclude(pk=row.pk).exists():
            found.append(_("%s：主键与另一行重复。") % one.name)
        return found

    def _next_number(self) -> int:
        last = HostedRow.objects.filter(dataset=self.dataset).order_by("-number").first()
        return last.number + 1 if last else 1
