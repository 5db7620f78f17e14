"""From the texts of a row to the values of an entry or an item, each problem named by its cell."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from catalog.choices import CLASS_ITEMS, FORMAT_TYPES, FormatClass, SharingChannel
from catalog.importing.columns import (
    CHOICES,
    CLASS_ITEM_WORDS,
    FORMAT_WORDS,
    NO,
    WORDS,
    YES,
    folded,
)
from catalog.services.content import ENTRY_FIELDS, ITEM_FIELDS
from citybrain.spreadsheets import CellIssue, Row, Sheet

YES_WORDS = frozenset(map(folded, YES))
NO_WORDS = frozenset(map(folded, NO))
# What an empty cell of an optional choice means.
EMPTY: dict[str, Any] = {"sharing_channel": SharingChannel.PLATFORM}
NOTHING_GIVEN: dict[str, Any] = {
    "is_key": False,
    "is_required": False,
    "length": None,
    "sharing_type": None,
}
# A value of the second cannot be judged without the first.
DEPENDS = {"class_item": "resource_class", "format_type": "format_class"}


@dataclass(slots=True)
class Line:
    """One row: what was understood, what was not, and which fields are therefore unknown."""

    row: Row
    sheet: Sheet
    values: dict[str, Any] = field(default_factory=dict)
    issues: list[CellIssue] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not self.row.issues:
            return
        self.issues += self.row.issues
        letters = {issue.column_letter for issue in self.row.issues}
        self.unknown |= {
            key for key, (letter, _heading) in self.sheet.columns.items() if letter in letters
        }

    @property
    def number(self) -> int:
        return self.row.number

    def text(self, key: str) -> str:
        return self.row.values.get(key, "")

    def refuse(self, key: str, message: str) -> None:
        """Notes an issue in the cell of column `key`; "" names the row as a whole."""
        self.issues.append(self.sheet.issue(self.number, key, message))
        self.unknown.add(key)

    def take(self, key: str, read: Callable[["Line", str], Any]) -> None:
        """Reads one cell if the sheet has its column and its content is usable."""
        if key not in self.row.values or key in self.unknown:
            return
        if DEPENDS.get(key) in self.unknown:
            self.unknown.add(key)
            return
        try:
            self.values[key] = read(self, key)
        except ValueError as error:
            self.refuse(key, str(error))


def entry_line(row: Row, sheet: Sheet) -> Line:
    """An entry's row. `values` has the keys of ENTRY_FIELDS that the sheet has columns for."""
    line = Line(row, sheet)
    for name in ENTRY_FIELDS:
        line.take(name, ENTRY_READERS.get(name, Line.text))
    return line


def item_line(row: Row, sheet: Sheet) -> Line:
    """An item's row. `values` has the keys of ITEM_FIELDS that the sheet has columns for."""
    line = Line(row, sheet)
    for name in ITEM_FIELDS:
        line.take(name, ITEM_READERS.get(name, Line.text))
    return line


def _word(line: Line, key: str) -> Any:
    return _found(line.text(key), WORDS[key], [label for _value, label in CHOICES[key]])


def _word_if_given(line: Line, key: str) -> Any:
    """Left empty, a choice is what it is without being asked for (`EMPTY`)."""
    return _word(line, key) if line.text(key) else EMPTY.get(key, "")


def _item_word(line: Line, key: str) -> Any:
    return _word(line, key) if line.text(key) else NOTHING_GIVEN.get(key, "")


def _found(text: str, words: Mapping[str, Any], labels: Iterable[Any]) -> Any:
    found = words.get(folded(text)) if text else None
    if found is not None:
        return found
    shown = "、".join(map(str, labels))
    if not text:
        raise ValueError(_("没有填写，请从下拉列表中选择：%s。") % shown)
    raise ValueError(
        _("“%(text)s”不在可选范围内，可填：%(words)s。") % {"text": text[:30], "words": shown}
    )


def _class_item(line: Line, key: str) -> str:
    resource_class = line.values.get("resource_class")
    if resource_class is None:
        raise ValueError(_("缺少“类分类”，无法判断，请先填写。"))
    labels = [item.label for item in CLASS_ITEMS.values() if item.resource_class == resource_class]
    number: str = _found(line.text(key), CLASS_ITEM_WORDS[resource_class], labels)
    return number


def _format_type(line: Line, key: str) -> str:
    format_class = line.values.get("format_class")
    if format_class is None:
        raise ValueError(_("缺少“信息资源格式分类”，无法判断，请先填写。"))
    if format_class == FormatClass.OTHER:
        return line.text(key)
    kind: str = _found(line.text(key), FORMAT_WORDS[format_class], FORMAT_TYPES[format_class])
    return kind


def _length(line: Line, key: str) -> int | None:
    text = line.text(key)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 2**31):
        raise ValueError(_("“%s”不是正整数，请只填数字。") % text[:20])
    return int(text)


def _yes(line: Line, key: str) -> bool:
    word = folded(line.text(key))
    if word not in YES_WORDS | NO_WORDS:
        raise ValueError(_("“%s”应为“是”或“否”。") % line.text(key)[:20])
    return word in YES_WORDS


ENTRY_READERS: dict[str, Callable[[Line, str], Any]] = {
    **dict.fromkeys((name for name in WORDS if name != "data_type"), _word),
    "class_item": _class_item,
    "format_type": _format_type,
    **dict.fromkeys(("sharing_channel", "secrecy", "privacy"), _word_if_given),
}
ITEM_READERS: dict[str, Callable[[Line, str], Any]] = {
    "data_type": _word,
    "length": _length,
    "is_key": _yes,
    "is_required": _yes,
    **dict.fromkeys(("sharing_type", "open_type"), _item_word),
}
