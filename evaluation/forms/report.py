"""Asking for a report."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

YEARS_OFFERED = 5


class CompileForm(forms.Form):
    year = forms.TypedChoiceField(
        label=_("年度"),
        coerce=int,
        error_messages={"invalid_choice": _("请从列表中选择年度。")},
        help_text=_("往年按次年1月5日零时的记录编制，本年按今日零时的记录编制。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = timezone.localdate().year
        years = range(this_year, this_year - YEARS_OFFERED, -1)
        field = self.fields["year"]
        field.choices = [(year, _("%d年度") % year) for year in years]  # type: ignore[attr-defined]
        self.initial.setdefault("year", this_year - 1)
