"""Tables of an official document, and its imprint 版记.

They are written as XML in one piece: a list of thousands of overdue duties has to be quick.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.table import CT_Tbl

from citybrain.documents import styles
from citybrain.documents.text import one_line

OUTER_LINE = 8  # eighths of a point
INNER_LINE = 4
ROW_HEIGHT = 330  # twips
CELL_PADDING = 22
KEPT_ROWS = 2  # stay with the note under the table
# 7.4.2: the first and the last line of the imprint 0.35 mm, those between 0.25 mm.
IMPRINT_OUTER_LINE = 8
IMPRINT_INNER_LINE = 6


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its share of the width of the text area, where its text stands."""

    heading: str
    share: int
    align: str = "center"


def append_table(
    document: Document, description: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]
) -> None:
    """Append a bordered table as wide as the text area; its heading row repeats on every page.

    ``description`` is read out to those who cannot see the table. Raises ``ValueError`` if a row
    has not as many cells as there are columns.
    """
    for number, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            raise ValueError(f"row {number} has {len(row)} cells for {len(columns)} columns")
    widths = _widths(columns)
    head = _row(
        [
            _cell(column.heading, width, styles.CELL_HEAD)
            for column, width in zip(columns, widths, strict=True)
        ],
        heading=True,
    )
    body = [
        _row(
            [
                _cell(text, width, styles.CELL, column.align, keep=len(rows) - place <= KEPT_ROWS)
                for text, column, width in zip(row, columns, widths, strict=True)
            ]
        )
        for place, row in enumerate(rows)
    ]
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="{OUTER_LINE}" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right")
    ) + "".join(
        f'<w:{side} w:val="single" w:sz="{INNER_LINE}" w:space="0" w:color="000000"/>'
        for side in ("insideH", "insideV")
    )
    properties = (
        f'<w:tblW w:w="{styles.TEXT_WIDTH}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:top w:w="{CELL_PADDING}" w:type="dxa"/>'
        f'<w:left w:w="57" w:type="dxa"/><w:bottom w:w="{CELL_PADDING}" w:type="dxa"/>'
        '<w:right w:w="57" w:type="dxa"/></w:tblCellMar>'
        f"<w:tblCaption w:val={quoteattr(description)}/>"
    )
    _append(document, _table(properties, widths, [head, *body]))


def append_imprint(
    document: Document, *, copied_to: Sequence[str], issuer: str, printed_on: str
) -> None:
    """Append the imprint (7.4).

    Copies first, if there are any, then who prints at the left and when at the right, all in
    4号仿宋 and one character in from both edges.
    """
    copies = [f"抄送：{'，'.join(copied_to)}。"] if copied_to else []
    lines = [*copies, f"{issuer}\t{printed_on}印发"]
    rows = []
    for index, line in enumerate(lines):
        top = IMPRINT_INNER_LINE if index else IMPRINT_OUTER_LINE
        bottom = IMPRINT_OUTER_LINE if line is lines[-1] else IMPRINT_INNER_LINE
        rows.append(_imprint_row(line, top, bottom, hanging=bool(copies) and index == 0))
    properties = (
        f'<w:tblW w:w="{styles.TEXT_WIDTH}" w:type="dxa"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/><w:tblCaption w:val="版记"/>'
    )
    _append(document, _table(properties, [styles.TEXT_WIDTH], rows))


def imprint_height(copied_to: Sequence[str]) -> int:
    """Return the height in twips that ``append_imprint`` needs for these copies."""
    characters = len("，".join(copied_to)) + 1
    fitting = int(styles.TEXT_WIDTH / (styles.IMPRINT.size * 10)) - 5  # 抄送, its colon, the edges
    copies = -(-characters // fitting) if copied_to else 0
    return (copies + 1) * (styles.IMPRINT_LINE + 20)


def _imprint_row(line: str, top: int, bottom: int, *, hanging: bool) -> str:
    edge = round(styles.CHARACTER_PITCH * styles.IMPRINT.size / styles.BODY_SIZE)
    # Copies that run over continue under the first name, after 抄送 and its colon.
    indent = f'w:left="{edge * 4}" w:hanging="{edge * 3}"' if hanging else f'w:left="{edge}"'
    tab = styles.TEXT_WIDTH - 57 * 2 - edge
    paragraph = (
        f'<w:p><w:pPr><w:pStyle w:val="{styles.IMPRINT.style_id}"/>'
        f'<w:tabs><w:tab w:val="right" w:pos="{tab}"/></w:tabs>'
        f'<w:ind {indent} w:right="{edge}"/></w:pPr>{_run(line, styles.IMPRINT)}</w:p>'
    )
    borders = (
        f'<w:top w:val="single" w:sz="{top}" w:space="0" w:color="000000"/>'
        f'<w:bottom w:val="single" w:sz="{bottom}" w:space="0" w:color="000000"/>'
    )
    return (
        f'<w:tr><w:tc><w:tcPr><w:tcW w:w="{styles.TEXT_WIDTH}" w:type="dxa"/>'
        f"<w:tcBorders>{borders}</w:tcBorders></w:tcPr>{paragraph}</w:tc></w:tr>"
    )


def _widths(columns: Sequence[Column]) -> list[int]:
    whole = sum(column.share for column in columns)
    widths = [styles.TEXT_WIDTH * column.share // whole for column in columns]
    widths[-1] += styles.TEXT_WIDTH - sum(widths)
    return widths


def _table(properties: str, widths: Sequence[int], rows: Sequence[str]) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f"<w:tbl {nsdecls('w')}><w:tblPr>{properties}</w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(cells: Sequence[str], *, heading: bool = False) -> str:
    repeat = "<w:tblHeader/>" if heading else ""
    return (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{ROW_HEIGHT}" w:hRule="atLeast"/>{repeat}'
        f"</w:trPr>{''.join(cells)}</w:tr>"
    )


def _cell(
    text: str, width: int, style: styles.Style, align: str = "", *, keep: bool = False
) -> str:
    alignment = f'<w:jc w:val="{align}"/>' if align else ""
    kept = "<w:keepNext/>" if keep else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style.style_id}"/>{kept}{alignment}</w:pPr>'
        f"{_run(one_line(text), style)}</w:p></w:tc>"
    )


def _run(text: str, style: styles.Style) -> str:
    pieces = (f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in text.split("\t"))
    return f"<w:r><w:rPr>{styles.fonts_xml(style.face)}</w:rPr>{'<w:tab/>'.join(pieces)}</w:r>"


def _append(document: Document, xml: str) -> None:
    table = parse_xml(xml)
    assert isinstance(table, CT_Tbl)  # noqa: S101 - for the type checker
    document.element.body._insert_tbl(table)
