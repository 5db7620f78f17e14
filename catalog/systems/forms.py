"""The form of an information system, and what the register is narrowed by."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import InformationSystem
from catalog.systems.choices import Entrance, Hosting, Network, SystemState
from catalog.systems.policies import supervises
from catalog.systems.services import SYSTEM_FIELDS
from citybrain.components.fields import arrange
from citybrain.labels import article_label
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import (
    DateInput,
    DepartmentField,
    FilterForm,
    name_empty_choices,
)
from citybrain.organizations.models import Department

DATES = (
    "migrates_by", "integrates_by", "protection_assessed_on", "cryptography_assessed_on",
    "maintained_from", "maintained_to",
)  # fmt: skip
HALF = (
    "short_name", "operator", "network", "hosting", "entrance", "protection_level",
    "protection_filing", "cryptography", "platform", *DATES,
)  # fmt: skip


class SystemForm(forms.ModelForm):
    """`values()` has the keys of SYSTEM_FIELDS; what is acceptable is decided in rules.py."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    fieldsets: list[tuple[Any, list[str]]] = [
        (_("基本信息"), ["name", "short_name", "operator", "purpose"]),
        (_("网络和部署"), ["network", "hosting", "migration_plan", "migrates_by"]),
        (_("公共服务入口"), ["entrance", "entrance_plan", "integrates_by"]),
        (
            _("网络和密码安全"),
            [
                "protection_level",
                "protection_filing",
                "protection_assessed_on",
                "cryptography",
                "cryptography_plan",
                "cryptography_assessed_on",
            ],
        ),
        (_("数据共享和运维"), ["platform", "maintained_from", "maintained_to"]),
        (_("没有数据资源的声明"), ["holds_no_data", "no_data_reason"]),
    ]

    class Meta:
        model = InformationSystem
        fields = ["department", *SYSTEM_FIELDS]
        widgets: dict[str, Any] = {
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "migration_plan": forms.Textarea(attrs={"rows": 2}),
            "entrance_plan": forms.Textarea(attrs={"rows": 2}),
            "no_data_reason": forms.Textarea(attrs={"rows": 2}),
            **{name: DateInput() for name in DATES},
        }
        help_texts = {
            "name": _("与项目批复文件一致。目录条目中写了同一名称的，登记后自动关联。"),
            "operator": _("实际承担运行维护的单位或者企业。"),
            "migration_plan": _("未上云的填写：迁移到何处、分几步、由谁负责。"),
            "entrance_plan": _("单独设置入口的填写：何时、如何集成到市级互联网+公共服务平台。"),
            "protection_filing": _("公安机关出具的备案证明编号，第二级以上填写。"),
            "maintained_to": _("运维期内须做好数据的治理、维护和更新。"),
            "holds_no_data": _("勾选后，项目验收时不要求该系统编目，由大数据局核对声明。"),
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cloud = article_label("HK-12")
        arrange(
            self,
            basis={
                "hosting": cloud,
                "entrance": cloud,
                "protection_level": article_label("HK-36"),
                "cryptography": article_label("HK-39"),
                "platform": article_label("HK-15"),
                "holds_no_data": article_label("HK-14"),
            },
            half=HALF,
        )
        name_empty_choices(self)
        if self.instance.pk:
            self.initial["version"] = self.instance.version
            del self.fields["department"]
        else:
            offer_departments(self, actor, "register_systems")

    def _post_clean(self) -> None:
        """The services judge, so that every way in obeys the same rules."""

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in SYSTEM_FIELDS}


def offer_departments(form: forms.ModelForm, actor: Actor, permission: str) -> None:
    """Lets the person choose among the departments they work for; one alone is not asked for."""
    offered = Department.objects.owners().filter(actor.scope(permission).q("pk"))
    field = form.fields["department"]
    field.queryset = offered  # type: ignore[attr-defined]
    form.initial.setdefault("department", actor.department_id)
    if offered.count() == 1:
        field.widget = forms.HiddenInput()
        form.initial["department"] = offered.get().pk


class SystemFilter(FilterForm):
    department = DepartmentField(label=_("建设单位"), required=False, empty_label=_("全部单位"))
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), *SystemState.choices]
    )
    network = forms.ChoiceField(
        label=_("所在网络"), required=False, choices=[("", _("全部网络")), *Network.choices]
    )
    hosting = forms.ChoiceField(
        label=_("部署方式"), required=False, choices=[("", _("上云与否")), *Hosting.choices]
    )
    entrance = forms.ChoiceField(
        label=_("公共服务入口"), required=False, choices=[("", _("全部入口")), *Entrance.choices]
    )

    def __init__(self, *args: object, actor: Actor, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not supervises(actor):
            del self.fields["department"]

    def q_of(self) -> Q:
        given = self.chosen()
        condition = Q()
        for name in ("department", "state", "network", "hosting", "entrance"):
            if name in given:
                condition &= Q(**{name: given[name]})
        for word in given.get("q", "").split():
            condition &= (
                Q(name__icontains=word)
                | Q(short_name__icontains=word)
                | Q(operator__icontains=word)
                | Q(protection_filing__icontains=word)
            )
        return condition
