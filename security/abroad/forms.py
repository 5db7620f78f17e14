from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citybrain.components.fields import arrange
from citybrain.labels import article_label
from citybrain.organizations.forms import DateInput, FilterForm, name_empty_choices
from security.abroad.choices import AssessmentState
from security.abroad.services import FIELDS
from security.models import ExportAssessment


class ExportForm(forms.ModelForm):
    class Meta:
        model = ExportAssessment
        fields = list(FIELDS)
        widgets: dict[str, Any] = {
            "scope": forms.Textarea(attrs={"rows": 3}),
            "concluded_on": DateInput(),
            "valid_until": DateInput(),
        }
        help_texts = {
            "number": _("国家网信部门评估结果通知书、备案或者认证证书上的编号。"),
            "scope": _("出境数据的种类、规模和用途，与评估结论一致。"),
            "valid_until": _("通过数据出境安全评估的结果有效期为三年。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_empty_choices(self)
        arrange(
            self,
            basis={"way": article_label("HK-22")},
            half=("number", "authority", "recipient", "region", "concluded_on", "valid_until"),
        )

    def _post_clean(self) -> None:
        """The service judges, so that every way in obeys the same rules."""


class ExportFilter(FilterForm):
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), *AssessmentState.choices]
    )
