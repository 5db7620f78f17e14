"""Files of rows as people bring them, good ones and bad ones."""

import io
import zipfile
from collections.abc import Sequence

from openpyxl import Workbook

from tests import scenes

HEADINGS = [item["name"] for item in scenes.ITEMS]


def csv_of(
    rows: Sequence[Sequence[str]] = scenes.ROWS, headings: Sequence[str] = HEADINGS
) -> bytes:
    return scenes.csv_file([list(row) for row in rows], list(headings)).getvalue()


def xlsx_of(
    rows: Sequence[Sequence[object]] = scenes.ROWS,
    headings: Sequence[str] = HEADINGS,
    merge: str = "",
) -> bytes:
    """A workbook as a spreadsheet program writes it; a text that begins with = is a formula."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (headings, *rows):
        sheet.append(list(row))
    if merge:
        sheet.merge_cells(merge)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def zip_bomb() -> bytes:
    """A workbook whose sheet unpacks to 200 MiB of nothing."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_of())) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in source.namelist():
            if name != "xl/worksheets/sheet1.xml":
                copy.writestr(name, source.read(name))
        with copy.open("xl/worksheets/sheet1.xml", "w", force_zip64=False) as part:
            for _mebibyte in range(200):
                part.write(b" " * 1024 * 1024)
    return target.getvalue()
