"""The form by which a parameter is set."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citybrain.registry import Parameter


class ParameterForm(forms.Form):
    value = forms.IntegerField(label=gettext_lazy("数值"))
    ground = forms.CharField(
        label=gettext_lazy("依据和理由"),
        max_length=200,
        help_text=gettext_lazy("写明文件名称和文号，或者会议决定；所有使用门户的人员都能看到。"),
    )
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, parameter: Parameter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].label = f"{parameter.label}（{parameter.unit}）"
        self.fields["value"].help_text = _(
            "%(least)d至%(most)d，缺省为%(default)d；此前已开始的事项不受影响。"
        ) % {
            "least": parameter.least,
            "most": parameter.most,
            "default": parameter.default,
        }
