"""Reporting what is wrong with shared data, and what lists of reports are narrowed by."""

from typing import Any, BinaryIO

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.forms import FilterForm
from sharing.corrections.choices import CorrectionState, Origin
from sharing.corrections.reported import Reported, as_pasted, read
from sharing.corrections.scope import Scope


class LinesForm(forms.Form):
    """Rows and values in question, pasted from a spreadsheet or as a small file."""

    lines = forms.CharField(
        label=_("逐行列出"),
        required=False,
        strip=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("从电子表格复制后粘贴，每行一处；也可以上传下面的文件。"),
    )
    file = forms.FileField(
        label=_("或者上传文件"),
        required=False,
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=_("按模板填写的 .csv 或 .xlsx，不超过200行。"),
        error_messages={"empty": _("文件是空的，请检查后重新选择。")},
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        self._read: list[Reported] = []
        if not scope.keys:
            del self.fields["lines"], self.fields["file"]

    def reported(self) -> list[Reported]:
        """The lines as they came. Raises ValidationError by field."""
        given = self.cleaned_data
        file: BinaryIO | None = given.get("file")
        self._read = read(self.scope, pasted=given.get("lines", ""), file=file)
        return self._read

    def keep_file(self) -> None:
        """What was in a file that could be read is shown as if it had been pasted."""
        if self.errors and self.files and self._read and not self.cleaned_data.get("lines"):
            data: Any = self.data
            self.data = data.copy()
            self.data["lines"] = as_pasted(self.scope, self._read)  # type: ignore[index]


class CorrectionForm(LinesForm):
    items = forms.MultipleChoiceField(
        label=_("涉及信息项"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("逐行列出的不用再选。"),
    )
    problem = forms.CharField(
        label=_("问题说明"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "写明哪些数据有误或缺失、如何发现，便于提供单位核实；逐行列出的可以不填。"
            "不要在这里填写个人信息。"
        ),
    )
    field_order = ("lines", "file", "items", "problem")

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        self.fields["items"].choices = [(name, name) for name in scope.items]  # type: ignore[attr-defined]


class CorrectionFilter(FilterForm):
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), *CorrectionState.choices]
    )
    origin = forms.ChoiceField(
        label=_("来源"), required=False, choices=[("", _("全部来源")), *Origin.choices]
    )

    def __init__(self, *args: Any, words: Q, **kwargs: Any) -> None:
        """`words` are the reports whose words may be searched."""
        super().__init__(*args, **kwargs)
        self.words = words

    def q_of(self) -> Q:
        given = self.chosen()
        condition = Q(state=given["state"]) if "state" in given else Q()
        if "origin" in given:
            condition &= Q(demand__isnull=given["origin"] == Origin.CONSUMER)
        for word in given.get("q", "").split():
            condition &= (
                Q(number__icontains=word)
                | Q(entry__title__icontains=word)
                | (Q(problem__icontains=word) & self.words)
            )
        return condition
