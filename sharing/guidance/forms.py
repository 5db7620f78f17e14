from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.forms import FilterForm
from sharing.guidance.choices import GuidanceKind, GuidanceState
from sharing.models import GuidanceTicket


class GuidanceForm(forms.ModelForm):
    class Meta:
        model = GuidanceTicket
        fields = ["kind", "title", "text"]
        widgets: dict[str, Any] = {
            "kind": forms.RadioSelect,
            "text": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts = {
            "text": _("写明在做什么、遇到什么问题、希望得到什么帮助。不要填写个人信息和授权码。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(GuidanceKind.choices)  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """The service judges."""


class GuidanceFilter(FilterForm):
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), *GuidanceState.choices]
    )

    def q_of(self) -> Q:
        given = self.chosen()
        condition = Q(state=given["state"]) if "state" in given else Q()
        for word in given.get("q", "").split():
            condition &= (
                Q(number__icontains=word)
                | Q(title__icontains=word)
                | Q(entry__title__icontains=word)
            )
        return condition
