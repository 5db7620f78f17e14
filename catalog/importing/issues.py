"""What was found wrong in an imported workbook, as a workbook that people work through."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.models import ImportBatch
from citybrain.spreadsheets import Column, OutSheet, write_xlsx

COLUMNS = (
    Column("sheet", _("工作表"), width=14),
    Column("row", _("行"), width=8),
    Column("column_letter", _("列"), width=8),
    Column("heading", _("列名"), width=24),
    Column("message", _("问题和修改方法"), width=80),
)


def issues_of(batch: ImportBatch) -> Iterator[dict[str, Any]]:
    """Those of the file, then those of its rows."""
    yield from batch.issues
    for found in batch.rows.exclude(issues=[]).values_list("issues", flat=True):
        yield from found


def workbook(batch: ImportBatch) -> bytes:
    rows = [[issue.get(column.key) for column in COLUMNS] for issue in issues_of(batch)]
    return write_xlsx([OutSheet(str(_("问题清单")), COLUMNS, rows)])
