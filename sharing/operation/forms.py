"""Announcing a pause or the end of a service."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citybrain.components.fields import arrange
from citybrain.labels import article_label


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget)


class PauseForm(forms.Form):
    starts_at = _moment(_("开始时间"))
    ends_at = _moment(_("结束时间"))
    reason = forms.CharField(
        label=_("维护内容"),
        max_length=300,
        help_text=_("使用单位会立即收到通知；期间的调用返回恢复时间。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        arrange(self, half=("starts_at", "ends_at"))


class EndForm(forms.Form):
    ends_on = forms.DateField(
        label=_("停止日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("至少提前30天；当日仍提供，次日起停止。"),
    )
    reason = forms.CharField(
        label=_("停止原因和替代办法"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        arrange(self, basis={"ends_on": article_label("SC-27")})
