"""Raising a dispute, asking an expert, and what lists of disputes are narrowed by."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.forms import FilterForm
from sharing.disputes.choices import LONGEST, DisputeState


class DisputeForm(forms.Form):
    claim = forms.CharField(
        label=_("争议事项和主张"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("写明争议的经过、分歧和希望的结果。证明材料在提出后上传。"),
    )
    basis = forms.CharField(label=_("依据"), max_length=500, required=False)


class ExpertForm(forms.Form):
    expert = forms.CharField(label=_("专家姓名"), max_length=60)
    institution = forms.CharField(label=_("单位和专业"), max_length=120)
    question = forms.CharField(
        label=_("咨询的问题"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )


class DisputeFilter(FilterForm):
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), *DisputeState.choices]
    )

    def q_of(self) -> Q:
        given = self.chosen()
        condition = Q(state=given["state"]) if "state" in given else Q()
        for word in given.get("q", "").split():
            condition &= (
                Q(number__icontains=word)
                | Q(application__number__icontains=word)
                | Q(application__entry__title__icontains=word)
            )
        return condition
