"""Reading the authorized items of hosted rows: picked, filtered, paged by key, and masked."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from security.masking import mask, masker_of
from sharing.gateway import statements
from sharing.models import HostedRow

DEFAULT_PAGE = 50
LARGEST_PAGE = 500
LARGEST_STREAM = 100_000  # rows of an answer that is streamed
LARGEST_NUMBER = 2_147_483_647
MOST_DIGITS = 10
LONGEST_VALUE = 1000
PARAMETERS = frozenset({"page_size", "after", "items"})
ROWS = HostedRow._meta.db_table
CONTAINS = '"values" @> %s::jsonb'

Item = dict[str, Any]  # name, masked, category: as the frozen terms have it


class BadRequest(ValueError):
    """A parameter is wrong; the text says which and what to do."""


@dataclass(frozen=True)
class Wanted:
    """What a call asks for, checked against what it may have.

    `filters` are the caller's; `limits` are the grant's: for each item the values that rows may have.
    """

    items: list[Item]
    filters: dict[str, str]
    page_size: int
    after: int
    limits: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        return [item["name"] for item in self.items]

    @property
    def is_narrowed(self) -> bool:
        """Whether some rows of those after `after` are not wanted."""
        return bool(self.filters or self.limits)

    @property
    def masked(self) -> list[str]:
        return [item["name"] for item in self.items if item["masked"]]

    def for_trial(self, rows: int) -> "Wanted":
        """The same for a code for tests: so many rows from the first, every item masked."""
        items = [{**item, "masked": True} for item in self.items]
        return replace(self, items=items, page_size=min(self.page_size, rows), after=0)


@dataclass(frozen=True)
class Page:
    """`next_after` is the key of the next page, None on the last."""

    records: list[dict[str, str]]
    next_after: int | None


def parse(
    parameters: Mapping[str, Sequence[str]],
    granted: Sequence[Item],
    barred: Sequence[str] = (),
    *,
    largest: int = LARGEST_PAGE,
) -> Wanted:
    """Reads page_size, after, items and filters (item name = exact value).

    Raises BadRequest for what is unknown, given twice, not granted or `barred` by the negative
    list. Masked items cannot be filtered by: trying values one by one would undo the mask.
    """
    for name in {*parameters, *",".join(parameters.get("items", ())).split(",")} & set(barred):
        raise BadRequest(_("信息项“%s”已列入负面清单，停止提供。") % name[:50])
    by_name = {item["name"]: item for item in granted}
    chosen = _chosen(parameters.get("items", ()), by_name)
    filters: dict[str, str] = {}
    for name, values in parameters.items():
        if name not in PARAMETERS:
            filters[name] = _filter(name, values, by_name)
    return Wanted(
        items=[by_name[name] for name in chosen] if chosen else list(granted),
        filters=filters,
        page_size=_number(parameters, "page_size", DEFAULT_PAGE, 1, largest),
        after=_number(parameters, "after", 0, 0, LARGEST_NUMBER),
    )


def _chosen(texts: Sequence[str], by_name: Mapping[str, Item]) -> list[str]:
    names = [name for text in texts for name in text.split(",") if name]
    for name in names:
        if name not in by_name:
            raise BadRequest(_("信息项“%s”不在授权范围内。") % name[:50])
    return list(dict.fromkeys(names))


def _filter(name: str, values: Sequence[str], by_name: Mapping[str, Item]) -> str:
    if name not in by_name:
        raise BadRequest(_("参数“%s”不是授权范围内的信息项。") % name[:50])
    if by_name[name]["masked"]:
        raise BadRequest(_("信息项“%s”脱敏提供，不能作为查询条件。") % name[:50])
    if len(values) > 1:
        raise BadRequest(_("参数“%s”只能给出一次。") % name[:50])
    value = values[0]
    if "\x00" in value or len(value) > LONGEST_VALUE:
        raise BadRequest(_("参数“%s”的值过长或含有不能识别的字符。") % name[:50])
    return value


def _number(
    parameters: Mapping[str, Sequence[str]], name: str, default: int, least: int, most: int
) -> int:
    values = parameters.get(name)
    if not values:
        return default
    text = values[-1]
    is_number = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    number = int(text) if is_number else None
    if number is None or not least <= number <= most:
        raise BadRequest(
            _("参数%(name)s应为%(least)d到%(most)d之间的整数。")
            % {"name": name, "least": least, "most": most}
        )
    return number


@dataclass(frozen=True)
class Reading:
    """The statement that finds a page of hosted rows: their number, the wanted values as text.

    The database picks the values, so that what is not granted never leaves it. It finds one row
    more than the page holds.
    """

    wanted: Wanted
    statement: str
    values: list[Any]

    def page(self, found: Sequence[tuple[Any, ...]]) -> Page:
        """The page that these rows make, masked."""
        kept = found[: self.wanted.page_size]
        return Page(
            records=_records(kept, self.wanted),
            next_after=kept[-1][0] if len(found) > len(kept) else None,
        )


def reading_of(dataset_id: int, wanted: Wanted) -> Reading:
    """How one page of the dataset is read, in the order of the rows' keys."""
    picked = ", ".join(['"values"->>%s'] * len(wanted.items))
    condition, given = _condition(dataset_id, wanted)
    statement = (
        f"SELECT number, {picked} FROM {ROWS} "  # noqa: S608 - names and placeholders only
        f"WHERE {condition} ORDER BY number LIMIT %s"
    )
    return Reading(wanted, statement, [*wanted.names, *given, wanted.page_size + 1])


def read_page(dataset_id: int, wanted: Wanted) -> Page:
    """One page of records; one statement."""
    reading = reading_of(dataset_id, wanted)
    with statements.cursor(by_value=wanted.is_narrowed) as cursor:
        cursor.execute(reading.statement, reading.values)
        return reading.page(cursor.fetchall())


def count(dataset_id: int, wanted: Wanted) -> int:
    """How many rows are wanted from `after` on, at most `page_size`."""
    condition, given = _condition(dataset_id, wanted)
    statement = (
        f"SELECT count(*) FROM (SELECT FROM {ROWS} "  # noqa: S608 - names and placeholders only
        f"WHERE {condition} ORDER BY number LIMIT %s) wanted"
    )
    with statements.cursor(by_value=wanted.is_narrowed) as cursor:
        cursor.execute(statement, [*given, wanted.page_size])
        (number,) = cursor.fetchone()
    return int(number)


def _condition(dataset_id: int, wanted: Wanted) -> tuple[str, list[Any]]:
    """Which rows are wanted, as a condition with its values."""
    condition = "dataset_id = %s AND number > %s"
    given: list[Any] = [dataset_id, wanted.after]
    if wanted.filters:
        condition += f" AND {CONTAINS}"
        given.append(_json(wanted.filters))
    if wanted.limits:
        within, values = among(wanted.limits)
        condition += within
        given += values
    return condition, given


def among(limits: Mapping[str, Sequence[str]]) -> tuple[str, list[str]]:
    """The condition that every item named has one of its values; none granted, none found."""
    condition, given = "", []
    for name, values in limits.items():
        condition += f" AND ({' OR '.join([CONTAINS] * len(values)) or 'false'})"
        given += [_json({name: value}) for value in values]
    return condition, given


def _json(values: Mapping[str, str]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _records(rows: Sequence[tuple[Any, ...]], wanted: Wanted) -> list[dict[str, str]]:
    """The wanted values of each row by name, the masked items masked, "" for what is not there.

    Item by item: 50 rows of ten items are 500 values, and most of them need nothing done.
    """
    columns: list[Sequence[str]] = []
    for item, values in zip(wanted.items, list(zip(*rows, strict=True))[1:], strict=False):
        if item["masked"]:
            columns.append(list(map(masker_of(item["name"], item["category"]), values)))
        else:
            columns.append([value or "" for value in values] if None in values else values)
    names = wanted.names
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def rows_of(dataset_id: int, limits: Mapping[str, Sequence[str]]) -> QuerySet[HostedRow]:
    """The rows of a dataset that a grant covers."""
    rows = HostedRow.objects.filter(dataset=dataset_id)
    for name, values in limits.items():
        condition = Q(pk__in=[])
        for value in values:
            condition |= Q(values__contains={name: value})
        rows = rows.filter(condition)
    return rows


def read_all(
    dataset_id: int, items: Sequence[Item], limits: Mapping[str, Sequence[str]] | None = None
) -> Iterator[list[str]]:
    """Every record that a grant covers as a list of values, streamed, for a file."""
    rows = rows_of(dataset_id, limits or {}).order_by("number")
    for values in rows.values_list("values", flat=True).iterator(chunk_size=2000):
        yield [shaped(values.get(item["name"], ""), item) for item in items]


def shaped(value: str, item: Item) -> str:
    """A value as it is given away: masked where the grant says so."""
    if not item["masked"]:
        return value
    return mask(value, name=item["name"], category=item["category"])
