"""What the record of calls is narrowed by."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.forms import DateInput, FilterForm
from sharing.calls import REFUSED, about, ended
from sharing.choices import Outcome
from sharing.usage import Period

DAYS_AT_FIRST = 30
MOST_DAYS = 366


class CallFilter(FilterForm):
    """Without dates the last thirty days; never more than a year at once."""

    start = forms.DateField(label=_("起始日期"), required=False, widget=DateInput())
    end = forms.DateField(label=_("截止日期"), required=False, widget=DateInput())
    outcome = forms.ChoiceField(
        label=_("结果"),
        required=False,
        choices=[("", _("全部结果")), (REFUSED, _("全部被拒绝的")), *Outcome.choices],
    )

    def __init__(self, data: QueryDict) -> None:
        given = data.copy()
        today = timezone.localdate()
        given.setdefault("end", str(today))
        given.setdefault("start", str(today - timedelta(days=DAYS_AT_FIRST - 1)))
        super().__init__(given)

    @property
    def period(self) -> Period:
        """The days asked for; what makes no sense counts as not given."""
        given = self.chosen()
        last: date = given.get("end", timezone.localdate())
        first: date = given.get("start", last - timedelta(days=DAYS_AT_FIRST - 1))
        if first > last:
            first, last = last, first
        return Period(max(first, last - timedelta(days=MOST_DAYS - 1)), last)

    @property
    def is_cut(self) -> bool:
        """Whether more days were asked for than are shown at once."""
        given = self.chosen()
        first, last = given.get("start"), given.get("end")
        return bool(first and last and abs((last - first).days) >= MOST_DAYS)

    def q_of(self) -> Q:
        """The condition, without the period."""
        given = self.chosen()
        condition = Q()
        if "outcome" in given:
            condition &= ended(given["outcome"])
        if "q" in given:
            condition &= about(given["q"])
        return condition

    def as_facts(self) -> dict[str, Any]:
        """What was chosen, for the record of an export."""
        given = self.chosen()
        facts: dict[str, Any] = {name: given[name] for name in ("outcome", "q") if name in given}
        return {**facts, "start": str(self.period.first), "end": str(self.period.last)}
