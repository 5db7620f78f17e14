"""What the values of a sheet do not tell: formulas, error cells, merged cells, and its true extent."""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from citybrain.spreadsheets.archive import damaged
from citybrain.spreadsheets.specs import (
    CellIssue,
    Limits,
    SpreadsheetError,
    column_letter,
    refuse,
)

MAX_BLOCKED_CELLS = 1_000
_ROW_NUMBER = re.compile(r"[1-9][0-9]{0,6}")
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass
class Extent:
    """Takes the opening tags of a sheet, and sees how far its content reaches.

    Raises ``SpreadsheetError`` as soon as the sheet is seen to be too long or too wide, so that
    the rest is never decompressed.
    """

    sheet: str
    limits: Limits
    _row: int = 0
    _column: int = -1

    def on_start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take one opening tag by its local name."""
        match tag:
            case "c":
                self._enter_cell(attributes)
            case "v" | "is":
                self._check_extent()
            case "row":
                self._enter_row(attributes)

    def finish(self) -> None:
        """Judge the sheet as a whole."""

    def _enter_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", str(self._row + 1))
        if not _ROW_NUMBER.fullmatch(number):
            raise damaged()
        self._row, self._column = int(number), -1

    def _enter_cell(self, attributes: dict[str, str]) -> None:
        if "r" not in attributes:
            self._column += 1
            return
        reference = _REFERENCE.fullmatch(attributes["r"])
        if not reference:
            raise damaged()
        self._column = _column_index(reference[1])
        self._row = int(reference[2])

    def _check_extent(self) -> None:
        if self._row > self.limits.max_rows + 1:
            raise refuse(
                _(
                    "数据超过 %(limit)s 行的上限（第 %(row)s 行仍有内容）。"
                    "请删除多余的行，或拆成几个文件分别上传。"
                )
                % {"limit": f"{self.limits.max_rows:,}", "row": f"{self._row:,}"},
                sheet=self.sheet,
            )
        if self._column >= self.limits.max_columns:
            raise refuse(
                _("%(letter)s 列还有内容，超过 %(limit)d 列的上限。请删除多余的列。")
                % {
                    "letter": column_letter(self._column),
                    "limit": self.limits.max_columns,
                },
                sheet=self.sheet,
            )


@dataclass
class SheetScanner(Extent):
    """Also sees which cells have no usable value; ``blocked`` maps (row from 1, column from 0)."""

    blocked: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    _is_error: bool = False
    _previous: str = ""

    def on_start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag:
            case "c":
                self._enter_cell(attributes)
                self._is_error = attributes.get("t") == "e"
            case "v" | "is":
                self._check_extent()
                if self._is_error:
                    self._block(_("单元格显示的是错误值（如 #N/A），请改为正确的内容。"))
            case "row":
                self._enter_row(attributes)
            # Drop-down lists and sparklines have an <f> too, but never as the first in a cell.
            case "f" if self._previous == "c":
                self._block(_("单元格是公式，请复制后用“选择性粘贴—值”改为固定内容。"))
            case "mergeCell":
                self.merged.append(attributes.get("ref", "?"))
        self._previous = tag

    def finish(self) -> None:
        """Judge the sheet as a whole; raises ``SpreadsheetError`` if cells are merged."""
        if self.merged:
            raise SpreadsheetError(
                [
                    CellIssue(
                        _("单元格区域 %(range)s 是合并单元格，请取消合并并把内容填到每一行。")
                        % {"range": cells},
                        sheet=self.sheet,
                    )
                    for cells in self.merged
                ]
            )

    def _block(self, message: str) -> None:
        self._check_extent()
        # A formula is also an error cell at times; the first message says what to do.
        self.blocked.setdefault((self._row, self._column), message)
        if len(self.blocked) > MAX_BLOCKED_CELLS:
            raise SpreadsheetError(
                [
                    CellIssue(message, self.sheet, row, column_letter(column))
                    for (row, column), message in self.blocked.items()
                ]
            )


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
