"""Narrowing a list of duties, for the page and the API alike."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from citybrain.duties.choices import DutyState
from citybrain.duties.models import Duty, DutyQuerySet
from citybrain.duties.queries import in_state
from citybrain.duties.rules import RULES
from citybrain.organizations.models import Department


def _departments(request: Any) -> Any:
    return Department.objects.exclude(parent=None)


class DutyFilter(django_filters.FilterSet):
    """By state today, rule, owing department, and words of the subject."""

    q = django_filters.CharFilter(
        label=_("事项名称"), field_name="subject_text", lookup_expr="icontains"
    )
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=DutyState.choices, method="by_state", empty_label=_("全部状态")
    )
    rule = django_filters.ChoiceFilter(
        label=_("时限"),
        choices=[(code, rule.label) for code, rule in RULES.items()],
        empty_label=_("全部时限"),
    )
    department = django_filters.ModelChoiceFilter(
        label=_("责任部门"), queryset=_departments, empty_label=_("全部部门")
    )

    class Meta:
        model = Duty
        fields: list[str] = []

    def by_state(self, duties: DutyQuerySet, name: str, value: str) -> DutyQuerySet:
        return in_state(duties, DutyState(value))
