"""Codes of a list in and out of a spreadsheet."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Code, CodeList
from catalog.standards.choices import MOST_CODES
from citybrain.names import UNSEEN, unseen
from citybrain.spreadsheets import (
    CellIssue,
    Column,
    Limits,
    OutSheet,
    Row,
    Sheet,
    SheetSpec,
    SpreadsheetError,
    read_csv,
    read_workbook,
    write_xlsx,
)
from citybrain.spreadsheets.specs import MEBIBYTE

COLUMNS = (
    Column("code", gettext_lazy("代码"), width=16),
    Column("label", gettext_lazy("名称"), width=30),
    Column("note", gettext_lazy("说明"), required=False, width=40),
)
LIMITS = Limits(max_file_bytes=2 * MEBIBYTE, max_rows=MOST_CODES, max_columns=20)
LONGEST: dict[str, int] = {
    name: Code._meta.get_field(name).max_length or 0  # type: ignore[union-attr]
    for name in ("code", "label", "note")
}


def read(file: BinaryIO, file_name: str) -> list[tuple[str, str, str]]:
    """(code, label, note) of each row. Raises ValidationError for `file`, naming the cells at fault."""
    try:
        sheet = _sheet(file, file_name)
        issues = [issue for row in sheet for issue in row.issues] + _issues(sheet)
        if issues:
            raise SpreadsheetError(issues)
    except SpreadsheetError as error:
        raise ValidationError({"file": str(error)}) from None
    if not sheet.rows:
        raise ValidationError({"file": _("文件中没有代码，请从第2行起填写。")})
    return [(row.values["code"], row.values["label"], row.values.get("note", "")) for row in sheet]


def _sheet(file: BinaryIO, file_name: str) -> Sheet:
    spec = SheetSpec("", COLUMNS)
    suffix = PurePath(file_name).suffix.lower()
    if suffix == ".csv":
        return read_csv(file, sheet=spec, limits=LIMITS)
    if suffix == ".xlsx":
        return read_workbook(file, sheets=(spec,), limits=LIMITS)[""]
    raise ValidationError({"file": _("请上传 .xlsx 或 .csv 格式的文件。")})


def _issues(sheet: Sheet) -> list[CellIssue]:
    seen: dict[str, int] = {}
    return [sheet.issue(row.number, *one) for row in sheet for one in _wrong_in(row, seen)]


def _wrong_in(row: Row, seen: dict[str, int]) -> Iterator[tuple[str, str]]:
    """(column, sentence); `seen` are the codes of the rows before."""
    for name, longest in LONGEST.items():
        text = row.values.get(name, "")
        if not text and name != "note" and not row.issues:
            yield name, _("没有填写。")
        if len(text) > longest:
            yield name, _("超过%d个字。") % longest
    if UNSEEN.search(row.values.get("label", "")):
        yield "label", unseen()
    code = row.values.get("code", "")
    if code and code in seen:
        yield "code", _("与第%d行重复。") % seen[code]
    seen.setdefault(code, row.number)


def workbook(code_list: CodeList) -> bytes:
    """The list as it can be read in again; without codes a template."""
    rows = code_list.codes.values_list("code", "label", "note")
    return write_xlsx([OutSheet(code_list.name, COLUMNS, rows)])
