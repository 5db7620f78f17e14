"""Forms of departments: shape and words only, the rules are in the services."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citybrain.identifiers import normalise
from citybrain.organizations.choices import Competence, Kind
from citybrain.organizations.forms import (
    DateInput,
    DepartmentField,
    FilterForm,
    name_empty_choices,
    set_half,
)
from citybrain.organizations.models import Department


class DepartmentFilter(FilterForm):
    """What the list of departments is narrowed by."""

    kind = forms.ChoiceField(
        label=_("单位性质"), required=False, choices=[("", _("全部性质")), *Kind.choices]
    )
    standing = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("现有单位")), ("retired", _("已撤并")), ("all", _("全部"))],
    )


class DepartmentChangeForm(forms.ModelForm):
    """What may change without an official paper."""

    competences = forms.MultipleChoiceField(
        label=_("全市性职责"),
        choices=Competence.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("同一职责全市只由一个单位承担。"),
    )
    parent = DepartmentField(label=_("上级单位"), required=False)

    fieldsets: ClassVar[list[tuple[Any, ...]]] = [
        (_("单位"), ["short_name", "credit_code", "kind", "level", "parent", "order"]),
        (_("职责"), ["competences"]),
    ]

    class Meta:
        model = Department
        fields = ["short_name", "credit_code", "kind", "level", "parent", "order", "competences"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        set_half(self, *(name for name in self.fields if name not in {"name", "competences"}))
        name_empty_choices(self)

    def clean_credit_code(self) -> str:
        return normalise(self.cleaned_data["credit_code"])

    def _post_clean(self) -> None:
        """The service validates the row itself, locked; doing it here as well would say it twice."""


class DepartmentForm(DepartmentChangeForm):
    """A new department."""

    fieldsets: ClassVar[list[tuple[Any, ...]]] = [
        (
            _("单位"),
            [
                "name",
                "short_name",
                "credit_code",
                "kind",
                "level",
                "region_code",
                "parent",
                "order",
            ],
        ),
        (
            _("编号"),
            _("编号用于资源代码和角色组，建档后不再变更，请核对。"),
            ["code", "catalog_number"],
        ),
        (_("职责"), ["competences"]),
    ]

    class Meta(DepartmentChangeForm.Meta):
        fields = [
            *DepartmentChangeForm.Meta.fields, "name", "code", "region_code", "catalog_number",
        ]  # fmt: skip


class ReorganisationForm(forms.Form):
    """The official paper behind a new name or a merger."""

    basis = forms.CharField(
        label=_("依据文件"), max_length=200, help_text=_("批准机构调整的文件名称和文号。")
    )
    effective_on = forms.DateField(
        label=_("生效日期"), widget=DateInput(), initial=timezone.localdate
    )


class RenameForm(ReorganisationForm):
    name = forms.CharField(label=_("新的单位全称"), max_length=100)
    short_name = forms.CharField(label=_("新的单位简称"), max_length=40)

    field_order = ["name", "short_name", "basis", "effective_on"]


class MergeForm(ReorganisationForm):
    target = DepartmentField(label=_("承接单位"))

    field_order = ["target", "basis", "effective_on"]
