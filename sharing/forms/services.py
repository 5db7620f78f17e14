"""What the register of interface services is narrowed by."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.forms import DepartmentField, FilterForm


class ServiceFilter(FilterForm):
    department = DepartmentField(label=_("提供单位"), required=False, empty_label=_("全部单位"))
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[
            ("", _("全部状态")),
            ("on", _("可用")),
            ("empty", _("尚无数据")),
            ("off", _("已停用")),
        ],
    )

    STATES = {
        "on": Q(enabled=True, dataset__isnull=False),
        "empty": Q(enabled=True, dataset__isnull=True),
        "off": Q(enabled=False),
    }

    def q_of(self) -> Q:
        given = self.chosen()
        condition = Q()
        if "department" in given:
            condition &= Q(entry__department=given["department"])
        if "state" in given:
            condition &= self.STATES[given["state"]]
        for word in given.get("q", "").split():
            condition &= Q(code__icontains=word) | Q(entry__title__icontains=word)
        return condition
