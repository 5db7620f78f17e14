"""What the public fills in, and by what demands are narrowed; judged by the services."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.demand import limits
from catalog.demand.choices import DemandKind, Outcome
from citybrain.organizations.forms import FilterForm

LONGEST_QUERY_WORDS = 5


class DemandForm(forms.Form):
    """A demand of the public. `mark` tells how long the form was open."""

    title = forms.CharField(
        label=_("标题"), max_length=100, help_text=_("一句话写明需要什么数据，或者哪里有错。")
    )
    text = forms.CharField(
        label=_("内容"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "写明用途、范围和字段，或者错误的位置和依据；受理后向社会公开，请不要填写个人信息。"
        ),
    )
    contact = forms.CharField(
        label=_("联系方式（可不填）"),
        max_length=100,
        required=False,
        help_text=_("只有承办人员能看到，办结后删除。"),
    )
    mark = forms.CharField(widget=forms.HiddenInput)

    def clean_mark(self) -> str:
        mark: str = self.cleaned_data["mark"]
        if not limits.was_written(mark):
            raise forms.ValidationError(_("请核对内容后再提交一次。"))
        return mark


class PublicFilter(FilterForm):
    """By words, kind and outcome, on the public page."""

    kind = forms.ChoiceField(
        label=_("类型"), required=False, choices=[("", _("全部类型")), *DemandKind.choices]
    )
    outcome = forms.ChoiceField(
        label=_("结果"), required=False, choices=[("", _("全部结果")), *Outcome.choices]
    )

    def q_of(self) -> Q:
        given: dict[str, Any] = self.chosen()
        condition = Q(**{name: given[name] for name in ("kind", "outcome") if name in given})
        if "outcome" in given:
            condition &= Q(published_at__isnull=False)
        for word in given.get("q", "").split()[:LONGEST_QUERY_WORDS]:
            condition &= (
                Q(number__icontains=word) | Q(title__icontains=word) | Q(text__icontains=word)
            )
        return condition
