"""Which column is which: the heading row of a sheet against what was expected."""

import unicodedata
from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _

from citybrain.spreadsheets.specs import Column, SheetSpec, column_letter, refuse

ROWS_SEARCHED = 10

Cells = Sequence[object]


def match_headings(
    first_rows: Sequence[Cells], spec: SheetSpec, sheet: str, template: str
) -> dict[int, Column]:
    """Return the columns by their index (from 0); row 1 has to be the heading row.

    ``first_rows``: the first rows of the sheet, as many as there are up to ten. ``template`` says
    where to get the right headings. Raises ``SpreadsheetError`` that lists what is missing, unknown
    and double, or says where the headings are instead.
    """
    known = {_folded(column.heading): column for column in spec.columns}
    found = [_folded(cell) for cell in (first_rows[0] if first_rows else [])]
    matching = sum(heading in known for heading in found)
    if matching == 0:
        raise refuse(_no_headings(first_rows, known) + template, sheet)
    problems = [
        text % {"names": "、".join(names)}
        for text, names in (
            (_("缺少“%(names)s”"), _missing(known, found)),
            (_("多出“%(names)s”"), _unknown(known, found, first_rows[0])),
            (_("重复“%(names)s”"), _double(known, found)),
        )
        if names
    ]
    if problems:
        raise refuse(
            _("第 1 行的列名与模板不一致：%(problems)s。") % {"problems": "；".join(problems)}
            + template,
            sheet,
        )
    return {index: known[heading] for index, heading in enumerate(found) if heading}


def _folded(heading: object) -> str:
    """People add spaces, line breaks and the star of a required column; none of it matters."""
    text = unicodedata.normalize("NFKC", str(heading))
    return "".join(text.split()).rstrip("*").casefold()


def _no_headings(first_rows: Sequence[Cells], known: dict[str, Column]) -> str:
    for number, row in enumerate(first_rows[:ROWS_SEARCHED], start=1):
        if sum(_folded(cell) in known for cell in row) * 2 > len(known):
            return _("列名应在第 1 行，现在在第 %(row)d 行，请删除上面的行。") % {"row": number}
    return _("第 1 行应为列名，没有找到任何列名。")


def _missing(known: dict[str, Column], found: Sequence[str]) -> list[str]:
    return [str(c.heading) for folded, c in known.items() if c.required and folded not in found]


def _unknown(known: dict[str, Column], found: Sequence[str], row: Cells) -> list[str]:
    return [
        _("%(name)s（%(letter)s 列）") % {"name": str(cell).strip(), "letter": column_letter(index)}
        for index, (folded, cell) in enumerate(zip(found, row, strict=True))
        if folded and folded not in known
    ]


def _double(known: dict[str, Column], found: Sequence[str]) -> list[str]:
    return [
        str(known[folded].heading)
        for folded, count in Counter(found).items()
        if count > 1 and folded in known
    ]
