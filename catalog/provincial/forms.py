"""What the provincial queue is narrowed by, and the form that corrects what came back."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Project, ProvincialReport
from catalog.projects.services import PROJECT_FIELDS
from catalog.provincial.choices import ProvincialState, ReportKind
from citybrain.components.fields import arrange
from citybrain.organizations.forms import DateInput, FilterForm


class CorrectionForm(forms.ModelForm):
    """The record of the accepted project, to be put right; judged by the services."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    opinion = forms.CharField(label=_("验收意见"), widget=forms.Textarea(attrs={"rows": 3}))
    reason = forms.CharField(
        label=_("更正说明"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写明按省级退回的原因更正了什么；信息资源按目录现行版本重新取得。"),
    )

    class Meta:
        model = Project
        fields = list(PROJECT_FIELDS)
        widgets: dict[str, Any] = {
            "approved_on": DateInput(),
            "completed_on": DateInput(),
            "description": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, report: ProvincialReport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(version=report.version, opinion=self.instance.opinion)
        half = ("approval_number", "approved_on", "budget", "contractor", "completed_on")
        arrange(self, half=half)

    def _post_clean(self) -> None:
        """The services judge."""

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in PROJECT_FIELDS}


class ProvincialFilter(FilterForm):
    kind = forms.ChoiceField(
        label=_("类别"), required=False, choices=[("", _("全部类别")), *ReportKind.choices]
    )
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), *ProvincialState.choices]
    )

    def q_of(self) -> Q:
        given = self.chosen()
        condition = Q()
        for name in ("kind", "state"):
            if name in given:
                condition &= Q(**{name: given[name]})
        for word in given.get("q", "").split():
            condition &= (
                Q(number__icontains=word)
                | Q(title__icontains=word)
                | Q(document_number__icontains=word)
                | Q(receipt_number__icontains=word)
            )
        return condition
