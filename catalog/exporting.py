"""Lists of entries as files, sent while they are read: CSV, and .xlsx in the shape of the template."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.elements import shown, words_of
from catalog.importing.columns import (
    CHOICES,
    ENTRIES_SHEET,
    ENTRY_COLUMNS,
    INFORMATIVE,
    ITEM_COLUMNS,
    ITEMS_SHEET,
    MAX_ENTRIES,
)
from catalog.models import CatalogEntry, DataItem
from catalog.services.content import ENTRY_FIELDS
from citybrain.spreadsheets import Column, OutSheet, stream_xlsx, write_csv

MOST_WITH_ITEMS = MAX_ENTRIES
ROWS_AT_ONCE = 500
COLUMNS = (*ENTRY_COLUMNS, *INFORMATIVE)
KINDS = dict(CHOICES["data_type"])


def csv_of(entries: QuerySet[CatalogEntry]) -> Iterator[bytes]:
    """The entries without their items, as many as there are; memory stays the same."""
    return write_csv(_with_headings(_full(entries).iterator(chunk_size=ROWS_AT_ONCE)))


def xlsx_of(entries: QuerySet[CatalogEntry], total: int) -> Iterator[bytes]:
    """The entries; with their items when `total`, which they are, is no more than an import takes.

    Drafts in it can then be changed and imported again.
    """
    full = _full(entries)
    sheets = [
        OutSheet(ENTRIES_SHEET, COLUMNS, map(entry_row, full.iterator(chunk_size=ROWS_AT_ONCE)))
    ]
    if total <= MOST_WITH_ITEMS:
        sheets.append(OutSheet(ITEMS_SHEET, ITEM_COLUMNS, _item_rows(full)))
    return stream_xlsx(sheets)


def _item_rows(entries: QuerySet[CatalogEntry]) -> Iterator[list[Any]]:
    ordered = Prefetch("items", DataItem.objects.order_by("position", "pk"))
    for entry in entries.prefetch_related(ordered).iterator(chunk_size=ROWS_AT_ONCE):
        for item in entry.items.all():
            yield _item_row(entry, item)


def entry_row(entry: CatalogEntry, columns: tuple[Column, ...] = COLUMNS) -> list[Any]:
    """The entry in the words of the workbook."""
    values = {name: getattr(entry, name) for name in ENTRY_FIELDS}
    special = {
        "code": entry.code,
        "department": entry.department.name,
        "state": words_of("state")[entry.state],
        "published_on": entry.published_on,
        "grade": words_of("grade").get(entry.grade, ""),
    }
    return [
        special[column.key] if column.key in special else shown(column.key, values)
        for column in columns
    ]


def _full(entries: QuerySet[CatalogEntry]) -> QuerySet[CatalogEntry]:
    fields = (*ENTRY_FIELDS, "code", "state", "grade", "published_on", "department__name")
    return (
        entries.select_related(None)
        .prefetch_related(None)
        .only(*fields)
        .select_related("department")
    )


def _with_headings(entries: Iterator[CatalogEntry]) -> Iterator[list[Any]]:
    yield [str(column.heading) for column in COLUMNS]
    for entry in entries:
        yield entry_row(entry)


def _item_row(entry: CatalogEntry, item: DataItem) -> list[Any]:
    special = {
        "entry_title": entry.title,
        "entry_code": entry.code,
        "data_type": str(KINDS[item.data_type]),
        "length": item.length,
        "is_key": _("是") if item.is_key else "",
        "is_required": _("是") if item.is_required else "",
        "sharing_type": item.get_sharing_type_display() or "",
        "open_type": item.get_open_type_display(),
        "standard": item.standard_id or "",
    }
    return [
        special[column.key] if column.key in special else getattr(item, column.key)
        for column in ITEM_COLUMNS
    ]
