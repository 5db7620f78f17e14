"""What open-data developers plug into the kernel."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citybrain import registry, workflow
from citybrain.registry import AuditVerb, MenuItem, Parameter, Permission
from sharing.developers.admission import QUOTA, RATE
from sharing.developers.policies import MANAGE, WATCHERS
from sharing.developers.transitions import DEVELOPER

registry.permissions.add(
    MANAGE, Permission(MANAGE, _("管理开放数据开发者"), ("bureau_coordinator",), "HK-17")
)
for verb in (
    AuditVerb("sharing.developer.registered", _("注册为开放数据开发者"), 10),
    AuditVerb("sharing.developer.key_issued", _("领取开放服务密钥"), 10),
    AuditVerb("sharing.developer.key_revoked", _("停用开放服务密钥"), 10),
):
    registry.audit_verbs.add(verb.code, verb)
for parameter in (
    Parameter(QUOTA, _("开放服务每个开发者的当日额度"), _("次"), 2000, least=10, most=1_000_000),
    Parameter(RATE, _("开放服务每个开发者每秒调用次数"), _("次"), 5, least=1, most=100),
):
    registry.parameters.add(parameter.code, parameter)
workflow.register(
    DEVELOPER, url=lambda developer: reverse("sharing:developer", args=[developer.pk])
)
registry.menu.add(
    "developers",
    MenuItem(
        "developers",
        _("数据共享"),
        _("开放数据开发者"),
        "sharing:developers",
        "users",
        WATCHERS,
    ),
)
