"""Read uploaded workbooks and CSV files without trusting them."""

import csv
import io
import zipfile
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from tempfile import NamedTemporaryFile
from typing import IO, BinaryIO

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from citybrain.spreadsheets.archive import (
    OLE_MAGIC,
    SHARED_STRINGS_PART,
    WORKBOOK_PART,
    ZIP_MAGIC,
    check_size,
    damaged,
    open_archive,
)
from citybrain.spreadsheets.parts import (
    WORKBOOK_RELATIONS_PART,
    SheetPart,
    copy_part,
    sheet_parts,
)
from citybrain.spreadsheets.rows import Blocked, Cells, build_sheet
from citybrain.spreadsheets.scanning import Extent, SheetScanner
from citybrain.spreadsheets.specs import Limits, Sheet, SheetSpec, Workbook, refuse

DEFAULT_LIMITS = Limits()
DELIMITERS = ",;\t"
# Without these the reading library does not know the format, the dates or the texts.
COMMON_PARTS = (
    "[Content_Types].xml",
    "_rels/.rels",
    WORKBOOK_PART,
    WORKBOOK_RELATIONS_PART,
    "xl/styles.xml",
    SHARED_STRINGS_PART,
)


def read_workbook(
    file: BinaryIO,
    *,
    sheets: Sequence[SheetSpec],
    limits: Limits = DEFAULT_LIMITS,
    template: str = "",
) -> Workbook:
    """Read the ``sheets`` of an .xlsx; all others in the file are named in ``ignored``.

    ``template``: a sentence that says where the right template is, added when headings or sheets
    are wrong. Raises ``SpreadsheetError`` for a file that cannot be used as a whole; what is wrong
    in single cells is in the ``issues`` of their rows.
    """
    advice = template or _default_advice()
    read: dict[str, Sheet] = {}
    with NamedTemporaryFile(suffix=".xlsx") as copy:
        with open_archive(file, limits) as archive:
            listed = sheet_parts(archive)
            chosen = [(spec, _choose(listed, spec, advice)) for spec in sheets]
            wanted = [(spec, part) for spec, part in chosen if part is not None]
            blocked = _checked_copy(archive, copy, [part for _spec, part in wanted], limits)
        with _opened(copy) as workbook:
            for spec, part in wanted:
                read[spec.name] = build_sheet(
                    _cells(workbook.get_sheet_by_name(part.name)),
                    spec=spec,
                    name=part.name,
                    limits=limits,
                    advice=advice,
                    blocked=blocked[part.name],
                )
    used = {part.name for _spec, part in wanted}
    return Workbook(read, tuple(part.name for part in listed if part.name not in used))


@contextmanager
def raw_sheets(
    file: BinaryIO, *, names: Sequence[str], limits: Limits = DEFAULT_LIMITS
) -> Iterator[dict[str, Iterator[Cells]]]:
    """The cells of the visible sheets called `names`, as they are, row by row; for copying them.

    Nothing is judged but that the file is safe to open: formulas come as their last result, merged
    cells as the first of them. Raises ``SpreadsheetError``.
    """
    with NamedTemporaryFile(suffix=".xlsx") as copy:
        with open_archive(file, limits) as archive:
            parts = [
                part
                for part in sheet_parts(archive)
                if part.visible and part.name.strip() in names and "/worksheets/" in part.part
            ]
            _copied(archive, copy, parts, {part.name: Extent(part.name, limits) for part in parts})
        with _opened(copy) as workbook:
            yield {
                part.name.strip(): _cells(workbook.get_sheet_by_name(part.name)) for part in parts
            }


def read_csv(
    file: BinaryIO, *, sheet: SheetSpec, limits: Limits = DEFAULT_LIMITS, template: str = ""
) -> Sheet:
    """Read a CSV file in UTF-8 or GB18030, separated by commas, semicolons or tabs.

    Row numbers count records, as a spreadsheet program shows them. Raises ``SpreadsheetError`` as
    ``read_workbook`` does.
    """
    check_size(file, limits)
    text = _decoded(file.read())
    first_line = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return build_sheet(
            records,
            spec=sheet,
            name=sheet.name,
            limits=limits,
            advice=template or _default_advice(),
            blocked={},
        )
    except csv.Error:
        raise refuse(
            _("文件第 %(line)d 行附近格式不对：引号没有成对，或单元格过长。请检查后重新保存。")
            % {"line": records.line_num}
        ) from None


def _default_advice() -> str:
    return _("请下载最新模板，对照修改后重新上传。")


def _choose(listed: list[SheetPart], spec: SheetSpec, advice: str) -> SheetPart | None:
    if not spec.name:
        for part in listed:
            if part.visible and "/worksheets/" in part.part:
                return part
        raise refuse(_("工作簿里没有可见的工作表。"))
    for part in listed:
        if part.name.strip() == spec.name:
            if part.visible:
                return part
            raise refuse(_("工作表“%(name)s”被隐藏，请取消隐藏。") % {"name": spec.name})
    if not spec.required:
        return None
    names = "、".join(f"“{part.name}”" for part in listed)
    raise refuse(
        _("缺少工作表“%(name)s”，文件里只有%(names)s。") % {"name": spec.name, "names": names}
        + advice
    )


@contextmanager
def _opened(copy: IO[bytes]) -> Iterator[CalamineWorkbook]:
    copy.flush()
    try:
        with CalamineWorkbook.from_path(copy.name) as workbook:
            yield workbook
    except CalamineError:
        raise damaged() from None


def _cells(sheet: CalamineSheet) -> Iterator[Cells]:
    """The rows from the first on, each from column A on; one at a time, so that memory stays small."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield [*before, *row]


def _checked_copy(
    archive: zipfile.ZipFile, target: IO[bytes], parts: Sequence[SheetPart], limits: Limits
) -> dict[str, Blocked]:
    """Writes an archive of only the parts needed, checked; returns the blocked cells by sheet."""
    scanners = {part.name: SheetScanner(part.name, limits) for part in parts}
    _copied(archive, target, parts, scanners)
    return {name: scanner.blocked for name, scanner in scanners.items()}


def _copied(
    archive: zipfile.ZipFile,
    target: IO[bytes],
    parts: Sequence[SheetPart],
    scanners: Mapping[str, Extent],
) -> None:
    present = {name.lower(): name for name in archive.namelist()}
    with zipfile.ZipFile(target, "w") as copy:
        for part in COMMON_PARTS:
            if part.lower() in present:
                copy_part(archive, present[part.lower()], copy, part)
        for sheet in parts:
            scanner = scanners[sheet.name]
            copy_part(archive, sheet.part, copy, sheet.part, scanner.on_start)
            scanner.finish()


def _decoded(data: bytes) -> str:
    if data.startswith((ZIP_MAGIC, OLE_MAGIC)):
        raise refuse(_("这是 Excel 工作簿，不是 CSV 文件，请以 .xlsx 格式上传。"))
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise refuse(_("文件是 UTF-16 编码（“Unicode 文本”），请另存为“CSV UTF-8”后再上传。"))
    if b"\0" in data:
        raise refuse(_("文件里有不是文本的内容，不能作为 CSV 读取，请检查是否选错了文件。"))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse(_("文字编码无法识别，请另存为“CSV UTF-8”后再上传。"))
