"""Whether a text fits a data item: type, length and presence, element 8 of the compilation guide."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from catalog.choices import DataType
from catalog.models import DataItem

TRUTH = frozenset({"是", "否", "true", "false", "0", "1", "Y", "N"})
DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
DATETIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
NUMBERS = (DataType.NUMERIC, DataType.CURRENCY, DataType.DOUBLE, DataType.FLOAT)


def check_value(text: str, item: DataItem) -> str:
    """What is wrong with `text` as a value of `item`, in Chinese; empty when nothing is."""
    if not text:
        return _("必填项不能为空。") if item.is_required or item.is_key else ""
    if item.length and len(text) > item.length:
        return _("超出数据长度%(length)d，实为%(actual)d个字符。") % {
            "length": item.length,
            "actual": len(text),
        }
    if item.data_type in NUMBERS and not _is_number(text):
        return _("应为数值，不带单位和千分位逗号。")
    if item.data_type == DataType.INTEGER and not re.fullmatch(r"[+-]?\d{1,18}", text):
        return _("应为整数。")
    if item.data_type == DataType.DATE and not _is_date(text):
        return _("应为日期，格式如2025-01-31。")
    if item.data_type == DataType.DATETIME and not _is_datetime(text):
        return _("应为日期时间，格式如2025-01-31 08:30:00。")
    if item.data_type == DataType.LOGICAL and text not in TRUTH:
        return _("应为“是”或“否”。")
    return ""


def _is_number(text: str) -> bool:
    if len(text) > 40:
        return False
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _is_date(text: str) -> bool:
    if not DATE.match(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_datetime(text: str) -> bool:
    for form in DATETIMES:
        try:
            datetime.strptime(text, form)  # noqa: DTZ007 - local time as the provider writes it
        except ValueError:
            continue
        return True
    return False
