"""Naming a deputy."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import User


class _ColleagueField(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name}（{obj.post}）" if obj.post else obj.name


class DeputyshipForm(forms.Form):
    """`colleagues` are the people who can be chosen."""

    deputy = _ColleagueField(
        label=_("代理人员"),
        queryset=User.objects.none(),
        empty_label=_("请选择"),
        help_text=_(
            "限本单位在岗人员。代理人员可以查看并办理您的事项，但不能办理其本人提交的事项。"
        ),
    )
    starts_on = forms.DateField(
        label=_("开始日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("结束日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("事由"), max_length=200, help_text=_("例如：外出学习、年休假、产假。")
    )

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = colleagues  # type: ignore[attr-defined]
        self.fields["starts_on"].half = self.fields["ends_on"].half = True  # type: ignore[attr-defined]
