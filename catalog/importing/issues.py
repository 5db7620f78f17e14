"""What was found wrong in an imported workbook, as workbooks that people work through.

One is the list of what was found, the other the person's own sheets with the cells marked: what is
mended there can be uploaded again as it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import chain
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from catalog.importing.columns import ENTRIES, ITEMS, LIMITS, PROBLEMS, folded
from catalog.models import ImportBatch
from citybrain.spreadsheets import (
    Column,
    Flagged,
    OutSheet,
    SheetSpec,
    column_letter,
    raw_sheets,
    save_xlsx,
    write_xlsx,
)

COLUMNS = (
    Column("sheet", _("工作表"), width=14),
    Column("row", _("行"), width=8),
    Column("column_letter", _("列"), width=8),
    Column("heading", _("列名"), width=24),
    Column("message", _("问题和修改方法"), width=80),
)
LIST = _("问题清单")
# Every comment is a drawing: programs become slow with many more. The column has all the words.
MOST_COMMENTS = 2_000

# By row, then by letter of the column ("" for the row as a whole): what is wrong.
Found = dict[int, dict[str, str]]
Cells = Sequence[object]


def issues_of(batch: ImportBatch) -> Iterator[dict[str, Any]]:
    """Those of the file, then those of its rows."""
    yield from batch.issues
    for found in batch.rows.exclude(issues=[]).values_list("issues", flat=True).iterator():
        yield from found


def workbook(batch: ImportBatch) -> bytes:
    return write_xlsx([_list(batch)])


def annotate(batch: ImportBatch, target: IO[bytes]) -> None:
    """Writes the batch's own sheets with what is wrong in their cells, then the list.

    Faulty cells are coloured and carry the words as a comment; the last column says them again for
    the row. Raises SpreadsheetError for a file that cannot even be opened.
    """
    by_sheet: dict[str, Found] = {ENTRIES.name: {}, ITEMS.name: {}}
    for issue in issues_of(batch):
        if issue.get("row") and issue["sheet"] in by_sheet:
            cells = by_sheet[issue["sheet"]].setdefault(issue["row"], {})
            letter = issue["column_letter"]
            before = cells.get(letter)
            cells[letter] = f"{before}\n{issue['message']}" if before else issue["message"]
    comments = iter(range(MOST_COMMENTS))
    with raw_sheets(BytesIO(batch.content), names=tuple(by_sheet), limits=LIMITS) as sheets:
        marked = [
            _marked(spec, sheets[spec.name], by_sheet[spec.name], comments)
            for spec in (ENTRIES, ITEMS)
            if spec.name in sheets
        ]
        save_xlsx(target, [*marked, _list(batch)])


def _list(batch: ImportBatch) -> OutSheet:
    rows = ([issue.get(column.key) for column in COLUMNS] for issue in issues_of(batch))
    return OutSheet(str(LIST), COLUMNS, rows)


def _marked(
    spec: SheetSpec, rows: Iterator[Cells], found: Found, comments: Iterator[int]
) -> OutSheet:
    headings = [str(heading).strip() for heading in next(rows, ())]
    known = {folded(str(column.heading)): column for column in spec.columns}
    columns = [
        replace(known.get(folded(heading.rstrip("* ")), Column("", "")), heading=heading)
        for heading in headings
    ]
    place = next((at for at, one in enumerate(columns) if one.key == PROBLEMS.key), None)
    if place is None:
        # Behind everything: a row may have content where the headings have ended.
        place = len(columns)
        columns.append(PROBLEMS)
    return OutSheet(spec.name, columns, _rows(rows, found, place, headings, comments))


def _rows(
    rows: Iterable[Cells],
    found: Found,
    place: int,
    headings: Sequence[str],
    comments: Iterator[int],
) -> Iterator[Cells]:
    """Each row with its faulty cells marked and their messages in the column at `place`."""
    last = max(found, default=0)
    empty_behind: Iterator[Cells] = ([] for _row in range(LIMITS.max_rows))
    for number, row in enumerate(chain(rows, empty_behind), start=2):
        cells = list(row)
        if not cells and number > last:
            return
        cells += [""] * (max(place, len(headings)) + 1 - len(cells))
        cells[place] = ""
        if number in found:
            _mark(cells, found[number], place, headings, comments)
        yield cells


def _mark(
    cells: list[object],
    found: Mapping[str, str],
    place: int,
    headings: Sequence[str],
    comments: Iterator[int],
) -> None:
    said = []
    for at, value in enumerate(cells):
        message = found.get(column_letter(at))
        if message is None:
            continue
        cells[at] = Flagged(value, message if next(comments, None) is not None else "")
        heading = headings[at] if at < len(headings) else ""
        said.append(f"{heading}：{message}" if heading else message)
    said += [message for letter, message in found.items() if not letter]
    cells[place] = Flagged("\n".join(said))
