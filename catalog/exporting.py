"""Lists of entries as files: CSV as a stream, .xlsx in the shape of the import's template."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.choices import EntryState
from catalog.elements import shown
from catalog.importing.columns import (
    CHOICES,
    ENTRIES_SHEET,
    ENTRY_COLUMNS,
    INFORMATIVE,
    ITEM_COLUMNS,
    ITEMS_SHEET,
)
from catalog.models import CatalogEntry, DataItem
from catalog.services.content import ENTRY_FIELDS
from citybrain.spreadsheets import Column, OutSheet, write_csv, write_xlsx

MOST_ENTRIES_XLSX = 2_000
COLUMNS = (*ENTRY_COLUMNS, *INFORMATIVE)
STATES = dict(EntryState.choices)
KINDS = dict(CHOICES["data_type"])


def csv_of(entries: QuerySet[CatalogEntry]) -> Iterator[bytes]:
    """The entries without their items, as many as there are; memory stays the same."""
    return write_csv(_with_headings(_full(entries).iterator(chunk_size=1_000)))


def xlsx_of(entries: QuerySet[CatalogEntry]) -> bytes:
    """Up to 2,000 entries with their items; drafts in it can be changed and imported again."""
    items = DataItem.objects.order_by("position", "pk")
    rows = list(_full(entries).prefetch_related(Prefetch("items", items))[:MOST_ENTRIES_XLSX])
    return write_xlsx(
        [
            OutSheet(ENTRIES_SHEET, COLUMNS, (entry_row(entry) for entry in rows)),
            OutSheet(
                ITEMS_SHEET,
                ITEM_COLUMNS,
                (_item_row(entry, item) for entry in rows for item in entry.items.all()),
            ),
        ]
    )


def entry_row(entry: CatalogEntry, columns: tuple[Column, ...] = COLUMNS) -> list[Any]:
    """The entry in the words of the workbook."""
    values = {name: getattr(entry, name) for name in ENTRY_FIELDS}
    special = {
        "code": entry.code,
        "department": entry.department.name,
        "state": str(STATES[entry.state]),
        "published_on": entry.published_on,
    }
    return [
        special[column.key] if column.key in special else shown(column.key, values)
        for column in columns
    ]


def _full(entries: QuerySet[CatalogEntry]) -> QuerySet[CatalogEntry]:
    return entries.only(
        *ENTRY_FIELDS, "code", "state", "published_on", "department__name"
    ).select_related("department")


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
    }
    return [
        special[column.key] if column.key in special else getattr(item, column.key)
        for column in ITEM_COLUMNS
    ]
