"""Uploading a workbook, and confirming what its preview showed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department


class UploadForm(forms.Form):
    department = forms.ModelChoiceField(label=_("单位"), queryset=Department.objects.none())
    file = forms.FileField(
        label=_("工作簿"),
        max_length=200,
        error_messages={
            "required": _("请选择要导入的工作簿。"),
            "empty": _("文件是空的，请检查后重新选择。"),
            "max_length": _("文件名过长，请缩短到 200 个字以内后重新上传。"),
        },
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Department.objects.owners().filter(actor.scope("compile_entries").q("pk"))
        field = self.fields["department"]
        field.queryset = offered  # type: ignore[attr-defined]
        if offered.count() == 1:
            field.widget = forms.HiddenInput()
            self.initial["department"] = offered.get().pk
        else:
            self.initial.setdefault("department", actor.department_id)


class ConfirmForm(forms.Form):
    strict = forms.BooleanField(
        label=_("只要有一行不能导入，就全部不导入"),
        required=False,
        help_text=_("不勾选时，被拒绝的行留在文件中另行修改，其余照常导入。"),
    )
