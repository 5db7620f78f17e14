"""From what is in a cell to the text that is meant, and to a date when a date is meant."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

# A spreadsheet program evaluates a cell that begins with one of these (OWASP, CSV injection);
# full-width forms are turned into the narrow ones by Chinese input methods and locales.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
EXACT_DIGITS = 15  # Excel keeps no more
_NEGATIVE = re.compile(r"-[0-9]{1,15}(?:\.[0-9]{1,15})?")

# Also halves of characters, and the two code points that are none.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u200b-\u200d\u2060-\u2064\ufeff\ud800-\udfff\ufffe\uffff]"
)
_DATE = re.compile(
    r"(?P<year>\d{4})"
    r"(?:(?P<month>\d{2})(?P<day>\d{2})"
    r"|年(?P<month2>\d{1,2})月(?P<day2>\d{1,2})日?"
    r"|(?P<mark>[-/.])(?P<month3>\d{1,2})(?P=mark)(?P<day3>\d{1,2}))"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?",
    re.ASCII,
)


def neutralise(value: str) -> str:
    """Return ``value`` such that no spreadsheet program takes it for a formula.

    A negative number is none, and a mark before it would make it a text for whoever reads the data.
    """
    runs = value.startswith(FORMULA_STARTS) and not _NEGATIVE.fullmatch(value)
    return f"'{value}" if runs else value


def cell_text(value: object) -> str:
    """Return the content of a cell as trimmed text: what the person who typed it means.

    Undoes ``neutralise``. Raises ``ValueError`` (Chinese) for a number that has lost digits.
    """
    match value:
        case str():
            return _clean(value)
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return _number_text(value)
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    return _clean(str(value))


def line_text(value: object) -> str:
    """The same on one line, for what is a name and no prose."""
    if isinstance(value, str) and value.isalnum():
        return value
    lines = (line.strip() for line in cell_text(value).splitlines())
    return " ".join(line for line in lines if line)


def date_text(value: object) -> str:
    """Return a date as ``2025-01-31``, ``""`` for an empty cell.

    Takes a date cell and the text 2025-01-31, 2025/1/31, 2025.1.31, 20250131 or 2025年1月31日, also
    with a time behind. Raises ``ValueError`` (Chinese) for anything that can be read in two ways.
    """
    if isinstance(value, date):  # a datetime is a date, too
        return date(value.year, value.month, value.day).isoformat()
    text = cell_text(value)
    if not text:
        return ""
    # People put spaces into 2025 年 1 月 31 日; the one before a time has to stay.
    compact = re.sub(r"\s*([年月日])\s*(?!\d{1,2}:)", r"\1", unicodedata.normalize("NFKC", text))
    found = _DATE.fullmatch(compact)
    if not found:
        raise ValueError(
            _("“%(text)s”不能确定是哪一天，请写成 2025-01-31 的样子。") % {"text": text[:40]}
        )
    month, day = (
        found[name] or found[name + "2"] or found[name + "3"] for name in ("month", "day")
    )
    try:
        return date(int(found["year"]), int(month), int(day)).isoformat()
    except ValueError:
        raise ValueError(_("没有“%(text)s”这一天。") % {"text": text[:40]}) from None


def _clean(text: str) -> str:
    # Most cells hold letters, digits and characters alone; nothing of these is ever taken away.
    if not text or text.isalnum():
        return text
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    cleaned = _INVISIBLE.sub("", unified).lstrip()
    while cleaned.startswith("'") and cleaned[1:].startswith(FORMULA_STARTS):
        cleaned = cleaned[1:].lstrip()
    return cleaned.rstrip()


def _number_text(value: float) -> str:
    if not abs(value) < 10**EXACT_DIGITS:  # not a number (NaN) is refused, too
        raise ValueError(
            _("数字超过 15 位，表格软件已丢失后面的数字；请先把单元格格式设为“文本”再重新填写。")
        )
    if value == int(value):
        return str(int(value))
    # Fifteen digits are what the program showed to the person; the binary rest is noise.
    return format(Decimal(f"{value:.{EXACT_DIGITS}g}"), "f")
