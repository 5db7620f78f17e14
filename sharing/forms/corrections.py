"""Reporting what is wrong with shared data, and what lists of reports are narrowed by."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogEntry
from citybrain.organizations.forms import FilterForm
from sharing.choices import CorrectionState
from sharing.models import CorrectionRequest

LONGEST_ITEMS = CorrectionRequest._meta.get_field("items").max_length


class CorrectionForm(forms.Form):
    items = forms.MultipleChoiceField(
        label=_("涉及信息项"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一个信息项。")},
    )
    problem = forms.CharField(
        label=_("问题说明"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "写明哪些数据有误或缺失、如何发现、应当是什么，便于提供单位核实。不要填写完整的个人信息。"
        ),
    )

    def __init__(self, *args: Any, entry: CatalogEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [item.name for item in entry.items.all()]
        self.fields["items"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]

    def clean_items(self) -> str:
        text = "、".join(self.cleaned_data["items"])
        if len(text) > (LONGEST_ITEMS or 0):
            raise forms.ValidationError(_("所选信息项过多，请分几次提出。"))
        return text


class CorrectionFilter(FilterForm):
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), *CorrectionState.choices]
    )

    def q_of(self) -> Q:
        given = self.chosen()
        condition = Q(state=given["state"]) if "state" in given else Q()
        for word in given.get("q", "").split():
            condition &= (
                Q(number__icontains=word)
                | Q(entry__title__icontains=word)
                | Q(problem__icontains=word)
            )
        return condition
