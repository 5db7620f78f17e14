"""Adding a rule, and what the list is narrowed by: parsed here, judged by the services."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.quality.choices import ADDABLE, RuleKind
from catalog.standards.checkers import CHOICES
from citybrain.components.fields import arrange
from citybrain.organizations.forms import PLEASE_CHOOSE, DepartmentField, FilterForm
from citybrain.organizations.models import Department

LONGEST_QUERY_WORDS = 5
LONGEST_NUMBER = 30


class RuleForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("规则"),
        choices=[("", PLEASE_CHOOSE), *((kind, RuleKind(kind).label) for kind in ADDABLE)],
    )
    first = forms.ChoiceField(label=_("信息项"))
    second = forms.ChoiceField(
        label=_("后一信息项"), required=False, help_text=_("规则涉及两个信息项时选择。")
    )
    checker = forms.ChoiceField(
        label=_("格式"),
        required=False,
        choices=[("", PLEASE_CHOOSE), *CHOICES],
        help_text=_("规则为“格式校验”时选择。"),
    )
    low = forms.CharField(
        label=_("下限"),
        required=False,
        max_length=LONGEST_NUMBER,
        help_text=_("规则为“数值范围”时填写，可以只填一端。"),
    )
    high = forms.CharField(label=_("上限"), required=False, max_length=LONGEST_NUMBER)

    def __init__(self, *args: Any, names: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", PLEASE_CHOOSE), *((name, name) for name in names)]
        for field in ("first", "second"):
            self.fields[field].choices = offered  # type: ignore[attr-defined]
        arrange(self, half=("first", "second", "low", "high"))

    def items(self) -> list[str]:
        given = self.cleaned_data
        wanted = ADDABLE[given["kind"]]
        return [name for name in (given["first"], given["second"])[:wanted] if name]

    def params(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("checker", "low", "high")}


class QualityFilter(FilterForm):
    department = DepartmentField(label=_("提供方"), required=False, empty_label=_("全部单位"))

    def __init__(self, *args: Any, city: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.owners()  # type: ignore[attr-defined]
        if not city:
            del self.fields["department"]

    def q_of(self) -> Q:
        given = self.chosen()
        condition = Q(department=given["department"]) if "department" in given else Q()
        for word in given.get("q", "").split()[:LONGEST_QUERY_WORDS]:
            condition &= Q(title__icontains=word) | Q(code__icontains=word)
        return condition
