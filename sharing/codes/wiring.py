"""What codes plug into the kernel."""

from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.registry import AuditVerb, Permission

registry.permissions.add(
    "watch_codes",
    Permission(
        "watch_codes",
        _("接收授权码异常使用提醒"),
        ("security_officer", "bureau_coordinator"),
        "HK-38",
    ),
)
for verb in (
    AuditVerb("sharing.code.replaced", _("更换授权码"), 10),
    AuditVerb("sharing.code.suspended", _("暂停授权码"), 10),
    AuditVerb("sharing.code.resumed", _("恢复授权码"), 10),
    AuditVerb("sharing.code.bound", _("限定授权码的使用"), 10),
):
    registry.audit_verbs.add(verb.code, verb)
