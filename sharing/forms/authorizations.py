"""What lists of authorizations are narrowed by."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.forms import FilterForm
from sharing.choices import AuthorizationState
from sharing.granted import ending_within


class AuthorizationFilter(FilterForm):
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部状态")), *AuthorizationState.choices],
    )
    ends = forms.ChoiceField(
        label=_("到期时间"),
        required=False,
        choices=[
            ("", _("全部期限")),
            ("7", _("7天内到期")),
            ("30", _("30天内到期")),
            ("90", _("90天内到期")),
        ],
    )

    def q_of(self) -> Q:
        """The condition that was chosen; words are looked for in number, entry and departments."""
        given: dict[str, Any] = self.chosen()
        condition = Q()
        if "state" in given:
            condition &= Q(state=given["state"])
        if "ends" in given:
            condition &= Q(**ending_within(int(given["ends"])))
        for word in given.get("q", "").split():
            condition &= (
                Q(number__icontains=word)
                | Q(entry__title__icontains=word)
                | Q(consumer__name__icontains=word)
                | Q(provider__name__icontains=word)
            )
        return condition
