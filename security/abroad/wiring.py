"""What the register of data that leaves the country plugs into the kernel."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citybrain import registry, workflow
from citybrain.registry import AuditVerb, MenuItem, Permission, Takeover
from security.abroad import worklist
from security.abroad.policies import READERS
from security.abroad.transitions import EXPORT
from security.models import ExportAssessment

for permission in (
    Permission("register_exports", _("登记数据出境安全评估"), ("security_officer",), "HK-22"),
    Permission("confirm_exports", _("核对数据出境安全评估"), ("cyberspace_officer",), "HK-22"),
):
    registry.permissions.add(permission.code, permission)
registry.audit_verbs.add(
    "security.export.registered",
    AuditVerb("security.export.registered", _("登记数据出境安全评估"), 10),
)
workflow.register(EXPORT, url=lambda found: reverse("security:export", args=[found.pk]))
registry.worklist_sources.add("exports", worklist.items)
registry.merges.add(
    "security.exports",
    Takeover(
        _("数据出境安全评估记录"),
        lambda source: ExportAssessment.objects.filter(department=source),
    ),
)
registry.menu.add(
    "exports",
    MenuItem("exports", _("数据安全"), _("数据出境"), "security:exports", "world", READERS),
)
