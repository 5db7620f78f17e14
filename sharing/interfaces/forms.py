"""What a person asks for when trying a service out."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citybrain.components.fields import arrange
from sharing.interfaces.console import LARGEST_PAGE


class ConsoleForm(forms.Form):
    """Items, one filter and a page; `parameters()` are those of the call's query string."""

    items = forms.MultipleChoiceField(
        label=_("信息项"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不选时为授权的全部信息项。"),
    )
    filter_by = forms.ChoiceField(label=_("按信息项查询"), required=False)
    value = forms.CharField(label=_("查询的值"), required=False, max_length=200, strip=False)
    page_size = forms.IntegerField(label=_("行数"), min_value=1, max_value=LARGEST_PAGE, initial=5)
    after = forms.IntegerField(
        label=_("从此行之后"), min_value=0, max_value=2_147_483_647, initial=0, required=False
    )

    def __init__(self, *args: Any, items: Sequence[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(one["name"], one["name"]) for one in items]
        plain = [(one["name"], one["name"]) for one in items if not one["masked"]]
        arrange(self, half=("filter_by", "value", "page_size", "after"))
        self.fields["items"].choices = names  # type: ignore[attr-defined]
        self.fields["filter_by"].choices = [("", _("不查询")), *plain]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("value") and not given.get("filter_by"):
            self.add_error("filter_by", _("请选择按哪个信息项查询，或者清空查询的值。"))
        return given

    def parameters(self) -> dict[str, list[str]]:
        given = self.cleaned_data
        found = {"page_size": [str(given["page_size"])], "after": [str(given["after"] or 0)]}
        if given["items"]:
            found["items"] = [",".join(given["items"])]
        if given["filter_by"]:
            found[given["filter_by"]] = [given["value"]]
        return found
