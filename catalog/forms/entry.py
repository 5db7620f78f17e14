"""The form of an entry and the table of its items: fields are parsed here, judged by the services."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.choices import (
    CLASS_ITEMS,
    FORMAT_TYPES,
    DataType,
    FormatClass,
    OpenType,
    ResourceClass,
    SharingType,
)
from catalog.elements import ELEMENTS, ITEM_PREFIX
from catalog.forms.widgets import CascadeSelect, SuggestedInput
from catalog.models import CatalogEntry, DataItem
from catalog.rules import MAX_ITEMS
from catalog.services.content import ENTRY_FIELDS, ITEM_FIELDS
from catalog.systems.queries import names_for
from citybrain.components.fields import numbered_rows
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import PLEASE_CHOOSE
from citybrain.organizations.models import Department
from citybrain.typed import whole_number

ITEMS = "items"
CHOOSE = ("", PLEASE_CHOOSE)
AS_ENTRY = ("", gettext_lazy("同信息资源"))
CLASS_ITEM_VALUES = {f"{one.resource_class}-{one.number}": one for one in CLASS_ITEMS.values()}
KNOWN_TYPES = {kind: value for value, kinds in FORMAT_TYPES.items() for kind in kinds}
HALF = (
    "office", "system_name", "resource_class", "class_item", "theme", "update_cycle",
    "format_class", "format_type", "format_other", "business_matter", "related_code",
    "sharing_channel", "secrecy", "privacy",
)  # fmt: skip

CHOSEN = ("sharing_type", "sharing_method", "open_type")


def _class_items() -> list[Any]:
    return [
        CHOOSE,
        *(
            (
                label,
                [
                    (value, one.label)
                    for value, one in CLASS_ITEM_VALUES.items()
                    if one.resource_class == number
                ],
            )
            for number, label in ResourceClass.choices
        ),
    ]


def _format_types() -> list[Any]:
    labels = dict(FormatClass.choices)
    return [
        CHOOSE,
        *(
            (labels[number], [(kind, kind) for kind in kinds])
            for number, kinds in FORMAT_TYPES.items()
            if kinds
        ),
    ]


class _Parsing(forms.ModelForm):
    """A model form that only parses: what is acceptable is decided in catalog/rules.py."""

    def _post_clean(self) -> None:
        pass


class EntryForm(_Parsing):
    """`values()` has the keys of ENTRY_FIELDS. 类 and 项, class and type of a format go together."""

    class_item = forms.ChoiceField(
        choices=_class_items,
        widget=CascadeSelect(
            "resource_class",
            {value: str(int(one.resource_class)) for value, one in CLASS_ITEM_VALUES.items()},
        ),
    )
    format_type = forms.ChoiceField(
        required=False,
        choices=_format_types,
        widget=CascadeSelect(
            "format_class", {kind: str(int(value)) for kind, value in KNOWN_TYPES.items()}
        ),
    )
    format_other = forms.CharField(
        label=gettext_lazy("其他类型资源格式描述"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("格式分类为“自描述格式”时填写，例如行业交换格式的名称。"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    fieldsets: list[tuple[Any, list[str]]] = [
        (
            gettext_lazy("基本信息"),
            ["title", "summary", "office", "system_name", "business_matter"],
        ),
        (gettext_lazy("分类"), ["resource_class", "class_item", "theme"]),
        (
            gettext_lazy("格式与更新"),
            ["format_class", "format_type", "format_other", "update_cycle"],
        ),
        (
            gettext_lazy("共享属性"),
            ["sharing_type", "sharing_condition", "sharing_channel", "sharing_method", "use_scope"],
        ),
        (gettext_lazy("开放属性"), ["open_type", "open_condition"]),
        (gettext_lazy("保密和个人信息评估"), ["secrecy", "privacy", "assessment"]),
        (gettext_lazy("关联"), ["related_code"]),
    ]

    class Meta:
        model = CatalogEntry
        fields = ["department", *ENTRY_FIELDS]
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 4}),
            "sharing_condition": forms.Textarea(attrs={"rows": 3}),
            "use_scope": forms.Textarea(attrs={"rows": 3}),
            "open_condition": forms.Textarea(attrs={"rows": 2}),
            "assessment": forms.Textarea(attrs={"rows": 3}),
            **dict.fromkeys(CHOSEN, forms.RadioSelect),
        }

    def __init__(
        self, *args: Any, actor: Actor, reopened: Collection[str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._describe()
        self._offer_departments(actor)
        known = names_for(actor, "compile_entries")
        self.fields["system_name"].widget = SuggestedInput(known, {"maxlength": 100})
        entry = self.instance
        if entry.pk:
            self.initial["version"] = entry.version
            self.initial["class_item"] = f"{entry.resource_class}-{entry.class_item}"
            if entry.format_class == FormatClass.OTHER:
                self.initial["format_other"] = entry.format_type
        if reopened is not None:
            self._close_all_but(reopened)

    def _close_all_but(self, reopened: Collection[str]) -> None:
        """What the review did not return is shown and stays as it is."""
        for name, field in self.fields.items():
            key = "format_type" if name == "format_other" else name
            field.disabled = key in ENTRY_FIELDS and key not in reopened

    def _describe(self) -> None:
        for name, element in ELEMENTS.items():
            field = self.fields[name]
            field.label = element.label
            field.help_text = element.help
            field.basis = element.basis  # type: ignore[attr-defined]
        for name in HALF:
            self.fields[name].half = True  # type: ignore[attr-defined]
        # Wanted unless the class of the format is 自描述.
        self.fields["format_type"].needed = True  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            if isinstance(field, forms.TypedChoiceField):
                offered: Any = field.choices
                given = [one for one in offered if one[0] != ""]
                field.choices = given if name in CHOSEN else [CHOOSE, *given]

    def _offer_departments(self, actor: Actor) -> None:
        """An entry stays with its department; a new one goes to one that the person works for."""
        field = self.fields["department"]
        offered = Department.objects.owners().filter(actor.scope("compile_entries").q("pk"))
        if self.instance.pk:
            del self.fields["department"]
            return
        field.queryset = offered  # type: ignore[attr-defined]
        self.initial.setdefault("department", actor.department_id)
        if offered.count() == 1:
            field.widget = forms.HiddenInput()
            self.initial["department"] = offered.get().pk
        else:
            self.fieldsets = [(_("单位"), ["department"]), *self.fieldsets]

    def clean(self) -> dict[str, Any]:
        """Joins the parts of 类/项 and of the format; nothing is asked of the database."""
        given: dict[str, Any] = self.cleaned_data
        chosen = CLASS_ITEM_VALUES.get(given.get("class_item", ""))
        if chosen is not None:
            given["class_item"] = chosen.number
            if given.get("resource_class") not in (None, chosen.resource_class):
                self.add_error("class_item", _("所选的“项”不属于所选的“类”，请重新选择。"))
        if given.get("format_class") == FormatClass.OTHER:
            given["format_type"] = given.get("format_other", "")
            if not given["format_type"] and "format_other" not in self.errors:
                self.add_error("format_other", _("自描述格式须填写格式的名称。"))
        elif "format_type" in given and not given["format_type"]:
            self.add_error("format_type", _("请选择格式类型。"))
        return given

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ENTRY_FIELDS}


class ItemForm(_Parsing):
    standard = forms.CharField(
        label=gettext_lazy("数据元标准"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"list": "standards", "autocomplete": "off"}),
    )

    class Meta:
        model = DataItem
        fields = list(ITEM_FIELDS)
        widgets = {
            "description": forms.TextInput,
            "sharing_condition": forms.TextInput,
            "length": forms.NumberInput(attrs={"min": 1}),
        }

    def __init__(self, *args: Any, reopened: Collection[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if reopened is not None and ITEM_PREFIX + self.initial.get("name", "") not in reopened:
            for field in self.fields.values():
                field.disabled = True
        kind = self.fields["data_type"]
        kind.choices = [CHOOSE, *DataType.choices]  # type: ignore[attr-defined]
        for name, choices in (("sharing_type", SharingType), ("open_type", OpenType)):
            self.fields[name].choices = [AS_ENTRY, *choices.choices]  # type: ignore[attr-defined]


class _Items(forms.BaseFormSet):
    """Rows in the order of the table; empty ones and removed ones do not count."""

    @property
    def can_add(self) -> bool:
        """A draft that the review has sent back for single items gets no others."""
        return self.form_kwargs.get("reopened") is None

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if form.fields["name"].disabled:
            del form.fields["DELETE"]

    def filled(self) -> list[ItemForm]:
        return [
            form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]

    def values(self) -> list[dict[str, Any]]:
        """The rows that count; what could not be parsed is left out of them."""
        return [
            {name: form.cleaned_data[name] for name in ITEM_FIELDS if name in form.cleaned_data}
            for form in self.filled()
        ]

    def numbers(self) -> list[int]:
        """The numbers under which the person sees those rows."""
        numbers = {id(form): number for number, form in numbered_rows(self)}
        return [numbers[id(form)] for form in self.filled()]


def items_formset(
    *,
    data: Mapping[str, Any] | None = None,
    initial: Iterable[Mapping[str, Any]] = (),
    reopened: Collection[str] | None = None,
) -> _Items:
    """The table of items: bound to `data`, or showing `initial` with an empty row below.

    With `reopened` (see services/reviewing.py) the items not named in it stay as `initial` has
    them, and none is added.
    """
    rows = list(initial)
    factory = forms.formset_factory(
        ItemForm,
        formset=_Items,
        extra=1 if reopened is None else 0,
        can_delete=True,
        max_num=MAX_ITEMS,
        validate_max=True,
        absolute_max=MAX_ITEMS + 50,
    )
    kwargs = {"reopened": reopened}
    return factory(data=data, prefix=ITEMS, initial=rows or None, form_kwargs=kwargs)  # type: ignore[return-value]


def typed_items(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table of items as they were typed, without judging them."""
    total = whole_number(str(data.get(f"{ITEMS}-TOTAL_FORMS", ""))) or 0
    rows = []
    for place in range(min(total, MAX_ITEMS)):
        row = {name: data.get(f"{ITEMS}-{place}-{name}", "") for name in ITEM_FIELDS}
        if any(row.values()) and not data.get(f"{ITEMS}-{place}-DELETE"):
            rows.append(row)
    return rows


def add_refusal(form: EntryForm, items: _Items, error: ValidationError) -> None:
    """Shows what was refused at the field or in the cell named, unless something stands there."""
    filled = items.filled()
    for name, messages in error.message_dict.items():
        prefix, _dash, rest = name.partition("-")
        number, _dash, column = rest.partition("-")
        if prefix == ITEMS and number.isdecimal() and int(number) < len(filled):
            row = filled[int(number)]
            if column not in row.errors:
                row.add_error(column if column in row.fields else None, messages)
        elif prefix == ITEMS:
            items.non_form_errors().extend(messages)
        elif name not in form.errors:
            form.add_error(name if name in form.fields else None, messages)
