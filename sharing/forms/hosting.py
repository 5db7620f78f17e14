"""Uploading rows."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DataForm(forms.Form):
    file = forms.FileField(
        label=_("数据文件"),
        max_length=200,
        error_messages={
            "required": _("请选择要上传的数据文件。"),
            "empty": _("文件是空的，请检查后重新选择。"),
        },
    )
