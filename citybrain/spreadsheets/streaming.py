"""A workbook as a stream: sent while it is made, so that its length costs neither memory nor waiting.

For long lists. What is written is plain: headings, widths, drop-down lists, texts, numbers, dates;
whatever needs more than that is written by ``save_xlsx``.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import quote_sheetname
from openpyxl.utils.datetime import to_excel

from citybrain.spreadsheets.cells import FORMULA_STARTS
from citybrain.spreadsheets.specs import Column, column_letter
from citybrain.spreadsheets.writing import (
    LAST_VALIDATED_ROW,
    OPTIONS_SHEET,
    OutSheet,
    excel_text,
    plain_value,
    sheet_name,
)

MOST_ROWS = 1_048_575  # below the headings; Excel has no more
ROWS_PER_PIECE = 500
# Places in `cellXfs` of STYLES.
HEADING, TEXT, QUOTED, DATE, TIME = 1, 2, 3, 4, 5
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy-mm-dd hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="等线"/></font>'
    '<font><b/><sz val="11"/><name val="等线"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFDCE6F1"/></patternFill></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"'
    ' applyAlignment="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"'
    ' applyNumberFormat="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


class _Pipe(io.RawIOBase):
    """What has been written and not yet taken; it cannot be sought, so the archive is a stream."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | memoryview") -> int:  # type: ignore[override]
        self._pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def stream_xlsx(sheets: Sequence[OutSheet]) -> Iterator[bytes]:
    """Yields an .xlsx; the rows of a sheet are asked for when the sheets before it are sent.

    Values are stored as ``save_xlsx`` stores them. Rows beyond those that Excel knows are left out.
    """
    lists = [column.choices for sheet in sheets for column in sheet.columns if column.choices]
    names = [sheet_name(sheet.name) for sheet in sheets]
    if lists:
        names.append(OPTIONS_SHEET)
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for part, text in _frame(names, hidden=bool(lists)):
            archive.writestr(part, text)
        used = 0
        for number, sheet in enumerate(sheets, 1):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as part_file:
                for text in _sheet(sheet, used):
                    part_file.write(text.encode("utf-8", "replace"))
                    if taken := pipe.take():
                        yield taken
            used += sum(1 for column in sheet.columns if column.choices)
        if lists:
            archive.writestr(f"xl/worksheets/sheet{len(names)}.xml", _options(lists))
    yield pipe.take()


def _frame(names: Sequence[str], *, hidden: bool) -> Iterator[tuple[str, str]]:
    """The parts that say which sheets there are; the last of them may be hidden."""
    numbers = range(1, len(names) + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{KIND}.worksheet+xml"/>'
        for number in numbers
    )
    yield (
        "[Content_Types].xml",
        (
            f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>{types}</Types>'
        ),
    )
    yield (
        "_rels/.rels",
        (
            f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
    )
    concealed = ' state="hidden"'
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"'
        f"{concealed if hidden and number == len(names) else ''}/>"
        for number, name in zip(numbers, names, strict=True)
    )
    yield (
        "xl/workbook.xml",
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" '
        f'Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        (
            f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{related}'
            f'<Relationship Id="rId{len(names) + 1}" Type="{OFFICE}/styles" Target="styles.xml"/>'
            "</Relationships>"
        ),
    )
    yield "xl/styles.xml", STYLES


def _sheet(sheet: OutSheet, lists_before: int) -> Iterator[str]:
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{column.width}" style="{TEXT}" customWidth="1"/>'
        for number, column in enumerate(sheet.columns, 1)
    )
    headings = "".join(_text(str(column.heading), HEADING) for column in sheet.columns)
    yield (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
        'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData><row>{headings}</row>"
    )
    piece: list[str] = []
    for number, row in enumerate(sheet.rows):
        if number == MOST_ROWS:
            break
        piece.append(f"<row>{''.join(map(_cell, row))}</row>")
        if len(piece) == ROWS_PER_PIECE:
            yield "".join(piece)
            piece = []
    yield f"{''.join(piece)}</sheetData>{_validations(sheet.columns, lists_before)}</worksheet>"


def _validations(columns: Sequence[Column], lists_before: int) -> str:
    rules: list[str] = []
    for index, column in enumerate(columns):
        if column.choices:
            source = column_letter(lists_before + len(rules))
            place = column_letter(index)
            rules.append(
                '<dataValidation type="list" allowBlank="1" showErrorMessage="1" '
                f'sqref="{place}2:{place}{LAST_VALIDATED_ROW}"><formula1>{quote_sheetname(OPTIONS_SHEET)}!'
                f"${source}$1:${source}${len(column.choices)}</formula1></dataValidation>"
            )
    if not rules:
        return ""
    return f'<dataValidations count="{len(rules)}">{"".join(rules)}</dataValidations>'


def _options(lists: Sequence[Iterable[object]]) -> str:
    columns = [[str(choice) for choice in choices] for choices in lists]
    rows = "".join(
        "<row>"
        + "".join(_text(one[place]) if place < len(one) else "<c/>" for one in columns)
        + "</row>"
        for place in range(max(map(len, columns)))
    )
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def _cell(value: object) -> str:
    match kept := plain_value(value):
        case "":
            return "<c/>"
        case str():
            return _text(kept, QUOTED if kept.startswith(FORMULA_STARTS) else TEXT)
        case datetime():
            return f'<c s="{TIME}"><v>{to_excel(kept)}</v></c>'
        case date():
            return f'<c s="{DATE}"><v>{to_excel(kept)}</v></c>'
        case Decimal():
            return f"<c><v>{kept:f}</v></c>"
    return f"<c><v>{kept!r}</v></c>"


def _text(text: str, style: int = TEXT) -> str:
    safe = escape(excel_text(text), {"\r": "&#13;"})
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'
