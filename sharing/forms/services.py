"""What the register of interface services is narrowed by."""

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.forms import DepartmentField, FilterForm
from sharing.choices import ServiceKind


class ServiceFilter(FilterForm):
    department = DepartmentField(label=_("提供单位"), required=False, empty_label=_("全部单位"))
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[
            ("", _("全部状态")),
            ("on", _("可用")),
            ("down", _("没有应答")),
            ("empty", _("尚无数据")),
            ("ended", _("已停止提供")),
            ("off", _("已停用")),
        ],
    )

    # As sharing.offered.state_of has it: rows are needed where the portal itself serves them.
    EMPTY = Q(kind=ServiceKind.HOSTED, dataset__isnull=True)
    DOWN = Q(health__isnull=False, health__answers=False)

    def q_of(self) -> Q:
        given = self.chosen()
        condition = Q()
        if "department" in given:
            condition &= Q(entry__department=given["department"])
        if "state" in given:
            condition &= self._states()[given["state"]]
        for word in given.get("q", "").split():
            condition &= Q(code__icontains=word) | Q(entry__title__icontains=word)
        return condition

    def _states(self) -> dict[str, Q]:
        ended = Q(end__isnull=False, end__ends_on__lt=timezone.localdate())
        lives = Q(enabled=True) & ~ended
        return {
            "on": lives & ~self.EMPTY & ~self.DOWN,
            "down": lives & ~self.EMPTY & self.DOWN,
            "empty": lives & self.EMPTY,
            "ended": Q(enabled=True) & ended,
            "off": Q(enabled=False),
        }
