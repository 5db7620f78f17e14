"""What data quality plugs into the kernel."""

from django.utils.translation import gettext_lazy as _

from catalog.policies import FOLLOWERS
from catalog.quality import panels, reactions
from citybrain import registry
from citybrain.registry import AuditVerb, MenuItem

for verb in (
    AuditVerb("catalog.quality.asked", _("发起数据质量检查"), 3),
    AuditVerb("catalog.quality.rule_added", _("添加数据质量规则"), 10),
    AuditVerb("catalog.quality.rule_switched", _("启用或停用数据质量规则"), 10),
):
    registry.audit_verbs.add(verb.code, verb)
registry.reactions.add("sharing.data.hosted", reactions.check_after_upload)
registry.panels.add("catalog.CatalogEntry", panels.quality)
registry.menu.add(
    "quality",
    MenuItem(
        "quality",
        _("数据目录"),
        _("数据质量"),
        "catalog:quality_list",
        "gauge",
        permissions=FOLLOWERS,
    ),
)
