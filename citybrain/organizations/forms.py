"""What forms of the portal share: filters, departments to choose from, refusals beside fields."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.choices import EARLIEST
from citybrain.organizations.models import Department
from citybrain.refusals import Conflict

T = TypeVar("T")
PLEASE_CHOOSE = _("请选择")


def add_refusal(form: forms.BaseForm, error: ValidationError) -> None:
    """Shows what a service refused beside the fields that it named, the rest above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, messages in error.message_dict.items():
        form.add_error(name if name in form.fields else None, messages)


def submitted(form: forms.BaseForm, act: Callable[[dict[str, Any]], T]) -> tuple[T | None, int]:
    """What `act` made of a form that was sent and is valid, else None; and the answer's status.

    200 before it is sent, 422 when something is wrong, 409 when somebody was quicker: then the form
    says so and is shown again as it was typed. Refused permissions pass through.
    """
    if not form.is_bound:
        return None, 200
    if not form.is_valid():
        return None, 422
    try:
        return act(form.cleaned_data), 200
    except ValidationError as error:
        add_refusal(form, error)
        return None, 422
    except Conflict as conflict:
        form.add_error(None, str(conflict))
        return None, 409


def set_half(form: forms.BaseForm, *names: str) -> None:
    """Lets the component kit draw these fields two to a row on wide screens."""
    for name in names:
        form.fields[name].half = True  # type: ignore[attr-defined]


def name_empty_choices(form: forms.BaseForm) -> None:
    """Says what to do where Django draws dashes: the empty choice of fields made from a model."""
    for field in form.fields.values():
        if isinstance(field, forms.TypedChoiceField):
            offered: Any = field.choices
            field.choices = [
                (value, PLEASE_CHOOSE if value == "" else label) for value, label in offered
            ]


LATEST = date(2199, 12, 31)  # the calendar ends soon after


class FilterForm(forms.Form):
    """The fields beside a list's search box; their labels are read out, not shown."""

    q = forms.CharField(required=False, max_length=60)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for field in self.fields.values():
            css = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs["class"] = css

    def chosen(self) -> dict[str, Any]:
        """What was asked for; a value that makes no sense counts as not given."""
        self.is_valid()
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value and not (isinstance(value, date) and not EARLIEST <= value <= LATEST)
        }

    def beside_search(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name != "q"]


class DepartmentField(forms.ModelChoiceField):
    """A department that exists today, chosen by name."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("empty_label", PLEASE_CHOOSE)
        super().__init__(queryset=Department.objects.active(), **kwargs)  # type: ignore[arg-type]

    def label_from_instance(self, obj: Department) -> str:
        return obj.name


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
