"""Forms of the standards register: parsed here, judged by the services."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.choices import DataType
from catalog.models import CodeList, DataElement
from catalog.models.standard import Standard
from catalog.standards.choices import StandardState
from catalog.standards.services import ELEMENT_FIELDS, LIST_FIELDS
from citybrain.components.fields import arrange
from citybrain.organizations.forms import PLEASE_CHOOSE, FilterForm, name_empty_choices

LONGEST_QUERY_WORDS = 5
NOTHING = _("没有")


class _StandardForm(forms.ModelForm):
    """`values()` has the keys that the service takes."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    names: tuple[str, ...] = LIST_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_empty_choices(self)
        if self.instance.pk:
            self.initial["version"] = self.instance.version
        self._offer("replaces", type(self.instance))

    def _offer(self, name: str, kind: type[Standard]) -> None:
        field = self.fields[name]
        rows = kind._default_manager.filter(state=StandardState.IN_FORCE)
        field.queryset = rows  # type: ignore[attr-defined]
        field.empty_label = NOTHING  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        pass

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.names}


class CodeListForm(_StandardForm):
    class Meta:
        model = CodeList
        fields = list(LIST_FIELDS)
        help_texts = {
            "identifier": _("例如GB/T2261.1，不能与已有的重复。"),
            "source": _("国家标准、行业标准的编号和名称，或者本市文件。"),
            "replaces": _("发布施行时，被替代的代码集同时停止施行。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        arrange(self, half=("identifier", "replaces"))


class DataElementForm(_StandardForm):
    names = ELEMENT_FIELDS
    synonyms = forms.CharField(
        label=_("同义词"),
        required=False,
        max_length=1000,
        help_text=_("多个同义词用顿号分开；编目时信息项名称与其中之一相同的，提示遵循本标准。"),
    )

    class Meta:
        model = DataElement
        fields = list(ELEMENT_FIELDS)
        help_texts = {
            "identifier": _("例如DE00013，不能与已有的重复。"),
            "source": _("国家标准、行业标准的编号和名称，或者本市文件。"),
            "length": _("不适用的留空。"),
            "fixed_length": _("取值恰好是这一长度，例如公民身份号码18位。"),
            "checker": _("提供数据后，质量检查按此核对每个取值。"),
            "code_list": _("取值须在代码集内。"),
            "replaces": _("发布施行时，被替代的标准同时停止施行，并通知遵循它的单位。"),
        }
        widgets = {
            "definition": forms.Textarea(attrs={"rows": 3}),
            "length": forms.NumberInput(attrs={"min": 1}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["synonyms"] = "、".join(self.instance.synonyms)
        self._offer("code_list", CodeList)
        kind: Any = self.fields["data_type"]
        kind.choices = [("", PLEASE_CHOOSE), *DataType.choices]
        checker: Any = self.fields["checker"]
        checker.choices = [("", NOTHING), *[one for one in checker.choices if one[0]]]
        arrange(
            self,
            half=("identifier", "name", "data_type", "length", "checker", "code_list"),
        )

    def clean_synonyms(self) -> list[str]:
        text = self.cleaned_data["synonyms"].replace("，", "、").replace(",", "、")
        return [one.strip() for one in text.split("、") if one.strip()]


class StandardFilter(FilterForm):
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), *StandardState.choices]
    )

    def q_of(self, *, synonyms: bool) -> Q:
        given = self.chosen()
        condition = Q(state=given["state"]) if "state" in given else Q()
        for word in given.get("q", "").split()[:LONGEST_QUERY_WORDS]:
            one = Q(identifier__icontains=word) | Q(name__icontains=word)
            if synonyms:
                one |= Q(synonyms__icontains=word)
            condition &= one
        return condition


class CodesForm(forms.Form):
    file = forms.FileField(
        label=_("代码文件"),
        error_messages={"required": _("请选择 .xlsx 或 .csv 格式的文件。")},
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
