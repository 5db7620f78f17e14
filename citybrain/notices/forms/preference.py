"""The e-mail settings of a person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from citybrain.notices.choices import MailChoice, UrgentKind


class PreferenceForm(forms.Form):
    mail = forms.ChoiceField(
        label=_("邮件提醒方式"), choices=MailChoice.choices, widget=forms.RadioSelect
    )
    urgent = forms.MultipleChoiceField(
        label=_("紧急事项立即发送邮件"),
        choices=UrgentKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("勾选的事项不论上面如何选择，都立即发送邮件。站内消息始终保留。"),
    )
