"""Raising matters of use, and what the lists of the rights of use are narrowed by."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.forms import DateInput, FilterForm
from sharing.rights.choices import LONGEST, MatterKind, MatterState, ReportKind, ReportState


class UseReportFilter(FilterForm):
    kind = forms.ChoiceField(
        label=_("类型"), required=False, choices=[("", _("全部类型")), *ReportKind.choices]
    )
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), *ReportState.choices]
    )

    def q_of(self) -> Q:
        given = self.chosen()
        condition = Q(**{name: given[name] for name in ("kind", "state") if name in given})
        for word in given.get("q", "").split():
            condition &= Q(authorization__number__icontains=word) | Q(
                authorization__entry__title__icontains=word
            )
        return condition


class MisuseForm(forms.Form):
    text = forms.CharField(
        label=_("违规情形"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("写明违反哪项承诺或者授权条款、事实和证据、要求怎样整改。提出后授权立即暂停。"),
    )


class StopForm(forms.Form):
    text = forms.CharField(
        label=_("停止或者变更的理由"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "没有正当理由不得停止或者变更；须与使用单位协商并报备案（共享条例第二十七条）。"
        ),
    )
    wanted_on = forms.DateField(label=_("拟停止或者变更的日期"), widget=DateInput())


class ForwardForm(forms.Form):
    recipient = forms.CharField(
        label=_("第三方名称"),
        max_length=100,
        help_text=_("第三方是本门户的单位的，由其自行提出共享申请。"),
    )
    text = forms.CharField(
        label=_("提供的信息项、用途、依据和保护措施"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


FORMS: dict[str, type[forms.Form]] = {
    MatterKind.MISUSE: MisuseForm,
    MatterKind.STOP: StopForm,
    MatterKind.FORWARD: ForwardForm,
}


class MatterFilter(FilterForm):
    kind = forms.ChoiceField(
        label=_("类型"), required=False, choices=[("", _("全部类型")), *MatterKind.choices]
    )
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), *MatterState.choices]
    )

    def q_of(self) -> Q:
        given = self.chosen()
        condition = Q(**{name: given[name] for name in ("kind", "state") if name in given})
        for word in given.get("q", "").split():
            condition &= (
                Q(number__icontains=word)
                | Q(authorization__number__icontains=word)
                | Q(authorization__entry__title__icontains=word)
            )
        return condition
