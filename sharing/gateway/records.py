"""Reading the authorized items of hosted rows: picked, filtered, paged by key, and masked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from security.masking import mask
from sharing.models import Authorization, HostedDataset, HostedRow

DEFAULT_PAGE = 50
LARGEST_PAGE = 500
PARAMETERS = frozenset({"page_size", "after", "items"})


class BadRequest(ValueError):
    """A parameter is wrong; the text says which and what to do."""


@dataclass(frozen=True)
class Wanted:
    """What a call asks for, checked against what it may have."""

    items: list[dict[str, Any]]
    filters: dict[str, str]
    page_size: int
    after: int


@dataclass(frozen=True)
class Page:
    """`next_after` is the key of the next page, None on the last."""

    records: list[dict[str, str]]
    next_after: int | None


def parse(parameters: Mapping[str, list[str]], authorization: Authorization) -> Wanted:
    """Reads page_size, after, items and filters (item name = exact value).

    Raises BadRequest for what is unknown or not granted. Masked items cannot be filtered by:
    trying values one by one would undo the mask.
    """
    granted = {item["name"]: item for item in authorization.terms["items"]}
    chosen = [name for value in parameters.get("items", []) for name in value.split(",") if name]
    for name in chosen:
        if name not in granted:
            raise BadRequest(_("信息项“%s”不在授权范围内。") % name[:50])
    filters = {}
    for name, values in parameters.items():
        if name in PARAMETERS:
            continue
        if name not in granted:
            raise BadRequest(_("参数“%s”不是授权范围内的信息项。") % name[:50])
        if granted[name]["masked"]:
            raise BadRequest(_("信息项“%s”脱敏提供，不能作为查询条件。") % name[:50])
        filters[name] = values[-1]
    return Wanted(
        items=[granted[name] for name in chosen] if chosen else list(granted.values()),
        filters=filters,
        page_size=_number(parameters, "page_size", DEFAULT_PAGE, 1, LARGEST_PAGE),
        after=_number(parameters, "after", 0, 0, 2_147_483_647),
    )


def _number(
    parameters: Mapping[str, list[str]], name: str, default: int, least: int, most: int
) -> int:
    values = parameters.get(name)
    if not values:
        return default
    text = values[-1]
    if not text.isascii() or not text.isdigit() or not least <= int(text[:12]) <= most:
        raise BadRequest(
            _("参数%(name)s应为%(least)d到%(most)d之间的整数。")
            % {"name": name, "least": least, "most": most}
        )
    return int(text)


def read_page(dataset: HostedDataset, wanted: Wanted) -> Page:
    """One page of records in the order of the rows' keys."""
    rows = HostedRow.objects.filter(dataset=dataset, number__gt=wanted.after)
    if wanted.filters:
        rows = rows.filter(values__contains=wanted.filters)
    found = list(rows.order_by("number").values_list("number", "values")[: wanted.page_size + 1])
    page = found[: wanted.page_size]
    more = len(found) > wanted.page_size
    return Page(
        records=[shape(values, wanted.items) for _number_, values in page],
        next_after=page[-1][0] if more else None,
    )


def read_all(dataset: HostedDataset, wanted: Wanted) -> Iterator[dict[str, str]]:
    """Every record, streamed, for a file download."""
    rows = HostedRow.objects.filter(dataset=dataset).order_by("number")
    for values in rows.values_list("values", flat=True).iterator(chunk_size=2000):
        yield shape(values, wanted.items)


def shape(values: Mapping[str, str], items: list[dict[str, Any]]) -> dict[str, str]:
    """Exactly the wanted items of one row, those that are masked in their masked form."""
    return {
        item["name"]: (
            mask(values.get(item["name"]), name=item["name"], category=item["category"])
            if item["masked"]
            else values.get(item["name"], "")
        )
        for item in items
    }
