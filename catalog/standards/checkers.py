"""Named checks of values: what a data element standard asks of the form of a value.

Each takes a text and raises ValueError with a Chinese sentence that does not repeat it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citybrain.identifiers import (
    check_credit_code,
    check_mobile,
    check_region_code,
    check_resident_id,
)

MOBILE = re.compile(r"1[3-9][0-9]{9}")
FIXED_LINE = re.compile(r"(0[0-9]{2,3}-?)?[2-9][0-9]{6,7}(-[0-9]{1,6})?")
POSTAL_CODE = re.compile(r"[0-9]{6}")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
LONG_REGION = re.compile(r"[0-9]{9}([0-9]{3})?")


def check_date(text: str) -> None:
    """2025-01-31, or 20250131 as GB/T 7408 has it without separators."""
    try:
        if "-" in text:
            date.fromisoformat(text)
        elif re.fullmatch(r"[0-9]{8}", text):
            datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - a calendar day has no time zone
        else:
            raise ValueError
    except ValueError:
        raise ValueError(_("应为日期，格式如2025-01-31或20250131。")) from None


def check_phone(text: str) -> None:
    """A mobile number, or a fixed line with or without area code and extension."""
    if not MOBILE.fullmatch(text) and not FIXED_LINE.fullmatch(text):
        raise ValueError(_("应为手机号码，或者固定电话号码，如0898-68700000。"))


def check_region(text: str) -> None:
    """Six digits (GB/T 2260), or nine or twelve down to the street and the village."""
    if LONG_REGION.fullmatch(text):
        text = text[:6]
    check_region_code(text)


def _matches(pattern: re.Pattern[str], message: Any) -> Callable[[str], None]:
    def check(text: str) -> None:
        if not pattern.fullmatch(text):
            raise ValueError(str(message))

    return check


@dataclass(frozen=True)
class Checker:
    label: Any
    check: Callable[[str], None]


CHECKERS: dict[str, Checker] = {
    "resident_id": Checker(gettext_lazy("公民身份号码（校验位）"), check_resident_id),
    "credit_code": Checker(gettext_lazy("统一社会信用代码（校验位）"), check_credit_code),
    "mobile": Checker(gettext_lazy("手机号码"), check_mobile),
    "phone": Checker(gettext_lazy("电话号码"), check_phone),
    "region": Checker(gettext_lazy("行政区划代码"), check_region),
    "date": Checker(gettext_lazy("日期"), check_date),
    "postal_code": Checker(
        gettext_lazy("邮政编码"), _matches(POSTAL_CODE, gettext_lazy("邮政编码应为6位数字。"))
    ),
    "email": Checker(gettext_lazy("电子邮箱"), _matches(EMAIL, gettext_lazy("应为电子邮箱地址。"))),
}
CHOICES = [(name, one.label) for name, one in CHECKERS.items()]


def problem_of(checker: str, text: str) -> str:
    """What is wrong with the text by that checker; empty when nothing is, or there is none."""
    if checker not in CHECKERS:
        return ""
    try:
        CHECKERS[checker].check(text)
    except ValueError as error:
        return str(error)
    return ""
