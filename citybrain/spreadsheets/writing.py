"""Write workbooks and CSV files that open well in Excel and WPS, and never run anything there."""

import csv
import io
import math
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice, zip_longest
from typing import IO

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from citybrain.spreadsheets.cells import EXACT_DIGITS, FORMULA_STARTS, neutralise
from citybrain.spreadsheets.specs import Column, column_letter

OPTIONS_SHEET = "选项"
MAX_CELL_CHARACTERS = 32_767  # Excel calls a file with a longer text damaged
LAST_VALIDATED_ROW = 200_001
CSV_ROWS_PER_CHUNK = 500
TEXT_FORMAT = "@"
FLAGGED = PatternFill("solid", fgColor="FFC7CE")
MAX_COMMENT_CHARACTERS = 1_000

# Excel reads _x0041_ in a text as the character with that number.
_ESCAPE_LOOKALIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
# openpyxl knows of control characters only.
_NOT_IN_XML = re.compile(f"{ILLEGAL_CHARACTERS_RE.pattern}|[\ufffe\uffff]")
_NOT_IN_SHEET_NAMES = re.compile(r"[\\/?*\[\]:]")

Value = str | int | float | Decimal | date


@dataclass(frozen=True, slots=True)
class OutSheet:
    """A sheet to write; each row has one value for each column, in their order."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]] = ()


@dataclass(frozen=True, slots=True)
class Flagged:
    """A value whose cell is coloured, with what is wrong with it as the cell's comment, if said."""

    value: object
    message: str = ""


def write_xlsx(sheets: Sequence[OutSheet]) -> bytes:
    """Return what ``save_xlsx`` writes."""
    target = io.BytesIO()
    save_xlsx(target, sheets)
    return target.getvalue()


def save_xlsx(target: IO[bytes], sheets: Sequence[OutSheet]) -> None:
    """Write an .xlsx with styled, frozen headings, widths, comments and drop-down lists.

    Without rows it is a template: its columns are formatted as text, so that codes keep their
    zeros. Texts are stored as texts whatever they begin with, and marked so that they stay texts
    when somebody edits them. Dates and numbers of up to 15 digits are stored as such; times are
    local times. Rows go to disk as they come, so that memory does not grow with them.
    """
    workbook = Workbook(write_only=True)
    lists: list[tuple[str, ...]] = []
    for sheet in sheets:
        worksheet = workbook.create_sheet(sheet_name(sheet.name))
        _prepare(worksheet, sheet.columns, lists)
        worksheet.append([_heading(worksheet, column) for column in sheet.columns])
        for row in sheet.rows:
            worksheet.append([_cell(worksheet, value) for value in row])
    if lists:
        options = workbook.create_sheet(OPTIONS_SHEET)
        options.sheet_state = "hidden"
        for choices in zip_longest(*lists, fillvalue=""):
            options.append([_cell(options, choice) for choice in choices])
    workbook.save(target)


def write_csv(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield a CSV file in UTF-8 with BOM, as Excel and WPS need it for Chinese, in large pieces.

    Every text is quoted, because programs set to semicolons split unquoted texts there, and is
    neutralised when it could be taken for a formula.
    """
    yield BOM_UTF8
    remaining = iter(rows)
    while chunk := list(islice(remaining, CSV_ROWS_PER_CHUNK)):
        buffer = io.StringIO()
        writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerows([_csv_value(value) for value in row] for row in chunk)
        yield buffer.getvalue().encode("utf-8", "replace")


def _prepare(worksheet: Worksheet, columns: Sequence[Column], lists: list[tuple[str, ...]]) -> None:
    worksheet.freeze_panes = "A2"
    for index, column in enumerate(columns):
        letter = column_letter(index)
        dimension = worksheet.column_dimensions[letter]
        dimension.width = column.width
        dimension.number_format = TEXT_FORMAT
        if column.choices:
            lists.append(tuple(str(choice) for choice in column.choices))
            source = column_letter(len(lists) - 1)
            validation = DataValidation(
                type="list",
                formula1=f"{quote_sheetname(OPTIONS_SHEET)}!${source}$1:${source}${len(lists[-1])}",
                showErrorMessage=True,
                errorTitle=_("不在可选范围内"),
                error=_("请从下拉列表中选择。"),
            )
            validation.add(f"{letter}2:{letter}{LAST_VALIDATED_ROW}")
            worksheet.data_validations.append(validation)


def _heading(worksheet: Worksheet, column: Column) -> Cell:
    cell = WriteOnlyCell(worksheet, excel_text(str(column.heading)))
    cell.data_type = "s"
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="DCE6F1")
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    if column.hint:
        cell.comment = Comment(str(column.hint), _("填写说明"), height=120, width=280)
    return cell


def _cell(worksheet: Worksheet, value: object) -> object:
    if isinstance(value, Flagged):
        return _flagged(worksheet, value)
    plain = plain_value(value)
    if not isinstance(plain, str):
        return plain
    text = excel_text(plain)
    if not text:
        return None
    cell = WriteOnlyCell(worksheet, text)
    # openpyxl takes "=…" for a formula and "#N/A" for an error unless it is told the type.
    cell.data_type = "s"
    if text.startswith(FORMULA_STARTS):
        cell.quotePrefix = True
    return cell


def _flagged(worksheet: Worksheet, flagged: Flagged) -> Cell:
    made = _cell(worksheet, flagged.value)
    cell: Cell = made if isinstance(made, Cell) else WriteOnlyCell(worksheet, made)  # type: ignore[arg-type]
    cell.fill = FLAGGED
    if flagged.message:
        text = excel_text(flagged.message[:MAX_COMMENT_CHARACTERS])
        cell.comment = Comment(text, _("检查结果"), height=100, width=280)
    return cell


def _csv_value(value: object) -> object:
    plain = plain_value(value)
    if isinstance(plain, datetime):
        return plain.isoformat(sep=" ", timespec="seconds")
    if isinstance(plain, date):
        return plain.isoformat()
    return neutralise(plain) if isinstance(plain, str) else plain


def sheet_name(name: str) -> str:
    """Return ``name`` as Excel allows it for a sheet."""
    return _NOT_IN_SHEET_NAMES.sub("_", name)[:31]


def plain_value(value: object) -> Value:
    """Reduce ``value`` to what a cell can hold; numbers that a cell cannot hold become text."""
    if type(value) is str:
        return value  # as nearly all are
    match value:
        case None:
            return ""
        case bool():
            return _("是") if value else _("否")
        case datetime():
            return timezone.make_naive(value) if timezone.is_aware(value) else value
        case date():
            return value
        case float() if not math.isfinite(value):
            return str(value)
        case int() | float() | Decimal():
            is_exact = len(f"{value:f}".strip("-0").replace(".", "")) <= EXACT_DIGITS
            return value if isinstance(value, float) or is_exact else str(value)
    return str(value)


def excel_text(text: str) -> str:
    """Return ``text`` as Excel can store it, and reads it back."""
    encodable = text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
    visible = _NOT_IN_XML.sub("", encodable)
    escaped = _ESCAPE_LOOKALIKE.sub("_x005F_", visible)
    return (
        escaped if len(escaped) <= MAX_CELL_CHARACTERS else f"{escaped[: MAX_CELL_CHARACTERS - 1]}…"
    )
