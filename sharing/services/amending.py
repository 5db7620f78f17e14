"""Changing single rows of what is served: a new batch, like an upload, with the same checks.

The rows are copied inside the database; every row keeps its number, so that paging by key goes on.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry, DataItem
from catalog.values import check_value
from citybrain.crypto import digest_of
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from sharing.choices import ServiceKind
from sharing.models import HostedDataset, HostedRow
from sharing.services import hosting
from sharing.services.matching import Matching

ROWS = HostedRow._meta.db_table


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
    before, wanted = service.dataset, list(amendments)
    made = _Amended(service.entry, before)
    problems = [problem for one in wanted for problem in made.apply(one, wanted)]
    problems += made.repeated_keys()
    if problems:
        raise ValidationError(problems)
    if not made.count:
        raise ValidationError(_("不能删除全部数据行。"))
    said = [[one.row, one.values, one.removed] for one in wanted]
    dataset = hosting.next_dataset(
        service,
        actor=actor,
        file_name=title[:200],
        rows=made.count,
        digest=digest_of([before.digest, said]),
    )
    made.write(dataset)
    # What is put right is not refreshed: the cycle of updates goes on as it was.
    hosting.serve(service, dataset, actor, refreshed=False)
    return dataset


class _Amended:
    """The rows of a batch with amendments: by number what they say now, None for those taken out.

    All is judged before anything is written, against the rows of the batch before.
    """

    def __init__(self, entry: CatalogEntry, before: HostedDataset) -> None:
        self.items: dict[str, DataItem] = {item.name: item for item in entry.items.all()}
        self.former = hosting.former_names(entry, self.items.values())
        self.keys = [name for name, item in self.items.items() if item.is_key]
        self.before = before
        last = HostedRow.objects.filter(dataset=before).order_by("-number").first()
        self.last = last.number if last else 0
        self.rows: dict[int, dict[str, str] | None] = {}
        self.names: dict[int, str] = {}
        self.added = 0
        self._found: Matching | None = None

    @property
    def count(self) -> int:
        """How many rows there are after it."""
        gone = sum(values is None for values in self.rows.values())
        return self.before.rows + self.added - gone

    def apply(self, one: Amendment, wanted: Sequence[Amendment]) -> list[str]:
        """Takes in one of the amendments `wanted`; what stands against it."""
        if self._found is None:
            self._found = Matching(self.before.pk, (each.row for each in wanted))
        if not one.row:
            self.added += 1
            values = {name: one.values.get(name, "") for name in self.items}
            return self._keep(one, self.last + self.added, values, values)
        row = self._found.one(one.row)
        if row is None:
            return [_("%s：现在提供的数据中找不到这一行，请上传更正后的数据。") % one.name]
        if one.removed:
            self.rows[row.number] = None
            return []
        now = self.rows.get(row.number) or row.values
        return self._keep(one, row.number, {**now, **one.values}, one.values)

    def _keep(
        self, one: Amendment, number: int, values: dict[str, str], changed: Mapping[str, str]
    ) -> list[str]:
        self.rows[number] = values | {old: values.get(now, "") for old, now in self.former.items()}
        self.names[number] = one.name
        return [
            _("%(row)s“%(item)s”：%(problem)s") % {"row": one.name, "item": name, "problem": text}
            for name, value in changed.items()
            if name in self.items and (text := check_value(value, self.items[name]))
        ]

    def repeated_keys(self) -> list[str]:
        """Amended rows whose key another row has as well."""
        kept = {number: values for number, values in self.rows.items() if values is not None}
        keys = {
            number: {name: values.get(name, "") for name in self.keys}
            for number, values in kept.items()
        }
        named = keys.values() if self.keys else ()
        # One more than may be amended rows themselves.
        others = Matching(self.before.pk, named, most=len(keys) + 1)
        times = Counter(tuple(key.items()) for key in keys.values())
        return [
            _("%s：主键与另一行重复。") % self.names[number]
            for number, key in keys.items()
            if self.keys
            and (
                times[tuple(key.items())] > 1
                or any(row.number not in self.rows for row in others.like(key))
            )
        ]

    def write(self, dataset: HostedDataset) -> None:
        """Copies the rows that stay inside the database and writes the others."""
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO {ROWS} (dataset_id, number, "values") '  # noqa: S608 - a name of ours
                f'SELECT %s, number, "values" FROM {ROWS} '
                "WHERE dataset_id = %s AND NOT number = ANY(%s)",
                [dataset.pk, self.before.pk, list(self.rows)],
            )
        HostedRow.objects.bulk_create(
            HostedRow(dataset=dataset, number=number, values=values)
            for number, values in self.rows.items()
            if values is not None
        )
