"""From rows of cells to rows by column, with what is wrong in each; the same for .xlsx and CSV."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

from django.utils.translation import gettext as _

from citybrain.spreadsheets.cells import cell_text, date_text
from citybrain.spreadsheets.headings import ROWS_SEARCHED, match_headings
from citybrain.spreadsheets.specs import (
    CellIssue,
    Column,
    Limits,
    Row,
    Sheet,
    SheetSpec,
    Values,
    column_letter,
    refuse,
)

Cells = Sequence[object]
Blocked = Mapping[tuple[int, int], str]
SHARED_TEXT = 40  # characters up to which a text is likely to come again


def build_sheet(
    cells: Iterator[Cells],
    *,
    spec: SheetSpec,
    name: str,
    limits: Limits,
    advice: str,
    blocked: Blocked,
) -> Sheet:
    """Return the rows below the heading row that are not blank.

    ``blocked`` maps (row from 1, column from 0) to what is wrong with a cell that has no usable
    value. Raises ``SpreadsheetError`` for wrong headings or too many rows.
    """
    first = list(islice(cells, ROWS_SEARCHED))
    columns = match_headings(first, spec, name, advice)
    places = {
        column.key: (column_letter(index), str(column.heading)) for index, column in columns.items()
    }
    sheet = Sheet(name, [], places)
    blocked_rows = {row for row, _column in blocked}
    order = {column.key: place for place, column in enumerate(columns.values())}
    known: dict[str, str] = {}
    for number, row in enumerate(chain(first[1:], cells), start=2):
        if number not in blocked_rows and all(map(_is_blank, row)):
            continue
        if number > limits.max_rows + 1:
            raise refuse(
                _("数据超过 %(limit)s 行的上限。请删除多余的行，或拆成几个文件分别上传。")
                % {"limit": f"{limits.max_rows:,}"},
                name,
            )
        sheet.rows.append(
            _build_row(
                sheet,
                number,
                row,
                columns=columns,
                order=order,
                known=known,
                limits=limits,
                blocked=blocked,
            )
        )
    return sheet


def _build_row(
    sheet: Sheet,
    number: int,
    row: Cells,
    *,
    columns: Mapping[int, Column],
    order: Mapping[str, int],
    known: dict[str, str],
    limits: Limits,
    blocked: Blocked,
) -> Row:
    """``known`` holds the short texts seen so far: a sheet says the same words many thousand times."""
    texts: list[str] = []
    issues: list[CellIssue] = []
    for index, column in columns.items():
        try:
            if message := blocked.get((number, index)):
                raise ValueError(message)
            cell = row[index] if index < len(row) else ""
            text = _cell_value(cell, column, limits)
            texts.append(known.setdefault(text, text) if len(text) <= SHARED_TEXT else text)
        except ValueError as error:
            texts.append("")
            issues.append(sheet.issue(number, column.key, str(error)))
    for index, cell in enumerate(row) if len(row) > len(columns) else ():
        if index not in columns and not _is_blank(cell):
            message = _("这一列没有列名，却有内容；请补上列名或清空内容。")
            issues.append(CellIssue(message, sheet.name, number, column_letter(index)))
    return Row(number, Values(order, texts), tuple(issues))


def _cell_value(cell: object, column: Column, limits: Limits) -> str:
    if cell == "":
        return ""
    text = date_text(cell) if column.is_date else cell_text(cell)
    if len(text) > limits.max_cell_characters:
        raise ValueError(
            _("内容有 %(length)s 个字，超过 %(limit)s 个字的上限，请缩短。")
            % {"length": f"{len(text):,}", "limit": f"{limits.max_cell_characters:,}"}
        )
    return text


def _is_blank(cell: object) -> bool:
    return cell == "" or (isinstance(cell, str) and not cell_text(cell))
