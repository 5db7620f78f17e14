"""What a spreadsheet should look like, what was read from it, and what is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MEBIBYTE = 1024 * 1024
ISSUES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Column:
    """One column, for reading as well as for writing a template or an export.

    ``required`` says that the heading must be there, not that each cell is filled. ``hint`` is shown
    as a comment on the heading, ``choices`` as a drop-down list, ``width`` counts characters.
    """

    key: str
    heading: "str | _StrPromise"
    required: bool = True
    is_date: bool = False
    hint: "str | _StrPromise" = ""
    choices: "tuple[str | _StrPromise, ...]" = ()
    width: int = 16


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """A sheet by its name; the name "" means the first visible sheet, whatever it is called."""

    name: str
    columns: tuple[Column, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read at most; what exceeds it is refused before it is read whole."""

    max_file_bytes: int = 20 * MEBIBYTE
    max_rows: int = 50_000
    max_columns: int = 100
    max_cell_characters: int = 32_767
    max_uncompressed_bytes: int = 128 * MEBIBYTE
    max_shared_strings_bytes: int = 64 * MEBIBYTE
    max_archive_entries: int = 1_000


@dataclass(frozen=True, slots=True)
class CellIssue:
    """One thing wrong, and where; what is empty or ``None`` does not narrow the place."""

    message: str
    sheet: str = ""
    row: int | None = None
    column_letter: str = ""
    heading: str = ""

    def __str__(self) -> str:
        place = ""
        if self.sheet:
            place += _("工作表“%(sheet)s”") % {"sheet": self.sheet}
        if self.row is not None:
            place += _("第 %(row)d 行") % {"row": self.row}
        if self.column_letter:
            place += _(" %(letter)s 列") % {"letter": self.column_letter}
        if self.heading:
            place += f"“{self.heading}”"
        return f"{place.strip()}：{self.message}" if place else self.message


class SpreadsheetError(ValueError):
    """The file as a whole cannot be used; ``str`` is the sentence for the person who sent it."""

    def __init__(self, issues: Sequence[CellIssue]) -> None:
        self.issues = tuple(issues)
        super().__init__(self.issues)

    def __str__(self) -> str:
        text = "\n".join(str(issue) for issue in self.issues[:ISSUES_SHOWN])
        hidden = len(self.issues) - ISSUES_SHOWN
        return text + _("\n另有 %(count)d 处问题。") % {"count": hidden} if hidden > 0 else text


def refuse(message: str, sheet: str = "") -> SpreadsheetError:
    """Return the error that refuses a file for one reason."""
    return SpreadsheetError([CellIssue(message, sheet=sheet)])


class Values(Mapping[str, str]):
    """The texts of one row by column key. All rows of a sheet share the keys, to save memory."""

    __slots__ = ("_places", "_texts")

    def __init__(self, places: Mapping[str, int], texts: Sequence[str]) -> None:
        self._places, self._texts = places, tuple(texts)

    def __getitem__(self, key: str) -> str:
        return self._texts[self._places[key]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank; ``number`` counts from 1 as the spreadsheet program shows it.

    ``values`` holds trimmed text by column key (dates as 2025-01-31), ``""`` for an empty cell and
    for one with an issue; columns that the sheet does not have are absent.
    """

    number: int
    values: Mapping[str, str]
    issues: tuple[CellIssue, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet, and where its columns are."""

    name: str
    rows: list[Row]
    columns: Mapping[str, tuple[str, str]]  # key: (column letter, heading)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def issue(self, row: int, key: str, message: str) -> CellIssue:
        """Return an issue in column ``key`` of row number ``row``; an unknown key names the row."""
        letter, heading = self.columns.get(key, ("", ""))
        return CellIssue(message, self.name, row, letter, heading)


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets asked for, by the name in their spec, and the names of the others in the file."""

    sheets: Mapping[str, Sheet]
    ignored: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Sheet:
        return self.sheets[name]


def column_letter(index: int) -> str:
    """Return the letter of a column counted from 0: A, B … Z, AA."""
    letters = ""
    number = index + 1
    while number:
        number, remainder = divmod(number - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return letters
