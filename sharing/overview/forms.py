from django import forms
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.forms import DepartmentField


class DepartmentChoice(forms.Form):
    """For those who follow the whole city."""

    department = DepartmentField(label=_("单位"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["department"].widget.attrs["class"] = "form-select w-auto"
