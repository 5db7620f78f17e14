"""The list as a file: CSV as a stream, .xlsx up to a limit; the public columns only."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import NegativeListEntry
from citybrain.spreadsheets import Column, OutSheet, write_csv, write_xlsx

MOST_ROWS_XLSX = 10_000
COLUMNS = (
    Column("number", _("清单编号"), width=18),
    Column("title", _("清单条目名称"), width=30),
    Column("department", _("提出单位"), width=24),
    Column("scope", _("信息项"), width=30),
    Column("bars", _("限制内容"), width=20),
    Column("basis", _("法律依据"), width=44),
    Column("effective_on", _("生效日期"), is_date=True, width=14),
    Column("expires_on", _("失效日期"), is_date=True, width=14),
    Column("standing", _("状态"), width=14),
)


def csv_of(lines: QuerySet[NegativeListEntry]) -> Iterator[bytes]:
    return write_csv(_with_headings(lines))


def xlsx_of(lines: QuerySet[NegativeListEntry]) -> bytes:
    rows = (_row(line) for line in lines[:MOST_ROWS_XLSX])
    return write_xlsx([OutSheet(str(_("负面清单")), COLUMNS, rows)])


def _with_headings(lines: QuerySet[NegativeListEntry]) -> Iterator[list[Any]]:
    yield [str(column.heading) for column in COLUMNS]
    for line in lines.iterator(chunk_size=1_000):
        yield _row(line)


def _row(line: NegativeListEntry) -> list[Any]:
    shown = {"department": line.department.name, "bars": line.get_bars_display()}
    return [shown.get(column.key) or getattr(line, column.key) for column in COLUMNS]
