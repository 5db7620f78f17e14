"""What the audit trail is narrowed by."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citybrain.audit.queries import verb_choices
from citybrain.organizations.forms import DateInput, FilterForm
from citybrain.organizations.models import Department

DAYS_AT_FIRST = 30


class RecordFilter(FilterForm):
    """Without dates the last thirty days, so that a trail of millions opens at once."""

    start = forms.DateField(label=_("起始日期"), required=False, widget=DateInput())
    end = forms.DateField(label=_("截止日期"), required=False, widget=DateInput())
    verb = forms.ChoiceField(label=_("事项"), required=False)
    department = forms.ModelChoiceField(
        label=_("单位"),
        required=False,
        queryset=Department.objects.all(),
        empty_label=_("全部单位"),
    )
    person = forms.CharField(
        label=_("办理人"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": _("办理人姓名或用户名")}),
    )

    def __init__(self, data: Any) -> None:
        given = data.copy()
        if "start" not in given:
            given["start"] = str(timezone.localdate() - timedelta(days=DAYS_AT_FIRST))
        super().__init__(given)
        verb = self.fields["verb"]
        assert isinstance(verb, forms.ChoiceField)  # noqa: S101 - narrows the type
        verb.choices = [("", _("全部事项")), *verb_choices()]

    def as_facts(self) -> dict[str, str]:
        """What was chosen, for the record of an export."""
        return {
            name: value.isoformat() if isinstance(value, date) else str(value)
            for name, value in self.chosen().items()
        }
