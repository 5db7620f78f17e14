"""The form into which the bureau pastes a year's holiday notice, one day per line."""

import re
import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citybrain.duties.calendar import SpecialDay
from citybrain.duties.services.calendar import objections

LINE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s+(休|班)(?:\s+(.+))?"
)
MAKE_UP_NAME = gettext_lazy("调休上班")
LONGEST_NAME = 40


class NoticeForm(forms.Form):
    """`cleaned_data["days"]` is what announce_year takes; errors name the line."""

    source = forms.CharField(
        label=gettext_lazy("通知标题和文号"),
        max_length=200,
        error_messages={"required": gettext_lazy("请填写放假通知的标题和文号。")},
        help_text=gettext_lazy("例如：国务院办公厅关于2027年部分节假日安排的通知（文号）"),
    )
    days = forms.CharField(
        label=gettext_lazy("放假与调休日期"),
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
        max_length=20_000,
        error_messages={"required": gettext_lazy("请逐日填写通知中的放假与调休日期。")},
        help_text=gettext_lazy(
            "每行一天，写通知点名的每一天，例如“2027-02-06 休 春节”“2027-02-20 班”。"
            "未写到的日期按周一至周五上班、周末休息计算。"
        ),
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year

    def clean_days(self) -> dict[date, SpecialDay]:
        errors: list[str] = []
        days: dict[date, SpecialDay] = {}
        lines: dict[date, int] = {}
        for number, line in enumerate(self.cleaned_data["days"].splitlines(), start=1):
            text = unicodedata.normalize("NFKC", line).strip()
            if not text:
                continue
            try:
                day, special = parse_line(text)
            except ValueError as error:
                errors.append(_at_line(number, str(error)))
                continue
            if day in lines:
                errors.append(
                    _at_line(
                        number, _("与第%(line)s行日期重复，请删去一行。") % {"line": lines[day]}
                    )
                )
                continue
            days[day], lines[day] = special, number
        if not errors:
            errors = [
                _at_line(lines[day], f"{day.isoformat()} {text}") if day else text
                for day, text in objections(self.year, days)
            ]
        if errors:
            raise ValidationError(errors)
        return days


def parse_line(text: str) -> tuple[date, SpecialDay]:
    """A day and what it is, from `2027-02-06 休 春节`; raises ValueError with what is wrong."""
    match = LINE.fullmatch(text)
    if match is None:
        raise ValueError(
            _("“%(text)s”无法识别，应写成“日期 休 节日名称”或“日期 班”。") % {"text": text[:60]}
        )
    year, month, day, kind, name = match.groups()
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(_("“%(text)s”中的日期不存在。") % {"text": text[:60]}) from None
    name = (name or "").strip()
    if len(name) > LONGEST_NAME:
        raise ValueError(_("节日名称不能超过%(max)s个字。") % {"max": LONGEST_NAME})
    working = kind == "班"
    return found, SpecialDay(working, name or (str(MAKE_UP_NAME) if working else ""))


def as_text(days: dict[date, SpecialDay]) -> str:
    """The lines that `NoticeForm` reads back as `days`."""
    return "\n".join(
        f"{day.isoformat()} {'班' if special.working else '休'} {special.name}".rstrip()
        for day, special in sorted(days.items())
    )


def _at_line(number: int, text: str) -> str:
    return _("第%(line)s行：%(text)s") % {"line": number, "text": text}
