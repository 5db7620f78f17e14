"""What the provincial queue is narrowed by."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.provincial.choices import ProvincialState, ReportKind
from citybrain.organizations.forms import FilterForm


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
