"""Forms of libraries and of decisions on sources of record."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.libraries.choices import LibraryKind, Verdict
from catalog.libraries.services import IDENTITY, MAX_ITEMS
from catalog.models import Library
from citybrain.components.fields import arrange
from citybrain.labels import article_label
from citybrain.organizations.forms import DepartmentField, FilterForm, name_empty_choices
from citybrain.organizations.models import Department

ITEMS = "items"


class LibraryForm(forms.ModelForm):
    """Who may not set libraries up edits what is in them, not what they are."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    lead = DepartmentField(label=_("牵头单位"))
    members = forms.ModelMultipleChoiceField(
        label=_("成员单位"),
        queryset=Department.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("参与建设、提供信息项的单位。"),
    )

    class Meta:
        model = Library
        fields = ["kind", "name", "lead", "description", "members"]
        widgets: dict[str, Any] = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, sets_up: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        arrange(self, basis={"lead": article_label("HK-13")}, half=("kind", "name"))
        name_empty_choices(self)
        self.fields["members"].queryset = Department.objects.owners()  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["version"] = self.instance.version
            self.initial["members"] = self.instance.members.all()
        if not sets_up:
            for name in IDENTITY:
                del self.fields[name]

    def _post_clean(self) -> None:
        """The services judge."""

    def values(self) -> dict[str, Any]:
        wanted = (*IDENTITY, "description")
        return {name: self.cleaned_data[name] for name in wanted if name in self.fields}


class ItemForm(forms.Form):
    name = forms.CharField(label=_("标准信息项"), max_length=100)
    description = forms.CharField(label=_("说明"), max_length=300, required=False)


class _Items(forms.BaseFormSet):
    def filled(self) -> list[Any]:
        return [
            form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]

    def values(self) -> list[dict[str, str]]:
        return [
            {name: form.cleaned_data.get(name, "") for name in ("name", "description")}
            for form in self.filled()
        ]


def items_formset(
    *, data: Mapping[str, Any] | None = None, initial: Iterable[Mapping[str, Any]] = ()
) -> _Items:
    rows = list(initial)
    factory = forms.formset_factory(
        ItemForm,
        formset=_Items,
        extra=1,
        can_delete=True,
        max_num=MAX_ITEMS,
        validate_max=True,
        absolute_max=MAX_ITEMS + 50,
    )
    return factory(data=data, prefix=ITEMS, initial=rows or None)  # type: ignore[return-value]


def add_refusal(form: LibraryForm, items: _Items, error: ValidationError) -> None:
    """Shows what was refused at the field or in the cell named."""
    filled = items.filled()
    for name, messages in error.message_dict.items():
        prefix, _dash, rest = name.partition("-")
        number, _dash, column = rest.partition("-")
        if prefix == ITEMS and number.isdecimal() and int(number) < len(filled):
            filled[int(number)].add_error(column, messages)
        elif prefix == ITEMS:
            items.non_form_errors().extend(messages)
        else:
            form.add_error(name if name in form.fields else None, messages)


class LibraryFilter(FilterForm):
    kind = forms.ChoiceField(
        label=_("类别"), required=False, choices=[("", _("全部类别")), *LibraryKind.choices]
    )

    def q_of(self) -> Q:
        given = self.chosen()
        condition = Q(kind=given["kind"]) if "kind" in given else Q()
        for word in given.get("q", "").split():
            condition &= Q(name__icontains=word) | Q(lead__name__icontains=word)
        return condition


class DecisionForm(forms.Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(label=_("决定"), choices=Verdict.choices, widget=forms.RadioSelect)
    department = DepartmentField(
        label=_("数源部门"),
        required=False,
        help_text=_("由谁负责采集和更新；其他单位通过共享获取，不再重复采集。"),
    )
    reason = forms.CharField(
        label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        arrange(self, basis={"department": article_label("SC-19")})


class SourceFilter(FilterForm):
    def words(self) -> list[str]:
        return self.chosen().get("q", "").split()
