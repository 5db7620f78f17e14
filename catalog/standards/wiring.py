"""What the standards register plugs into the kernel."""

from django.apps import apps
from django.db.models.signals import post_migrate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.standards import seed, transitions
from citybrain import registry, workflow
from citybrain.registry import AuditVerb, MenuItem, Permission

registry.permissions.add(
    "keep_standards",
    Permission("keep_standards", _("维护数据标准"), ("bureau_approver",), "HK-7"),
)
for verb in (
    AuditVerb("catalog.standard.drafted", _("起草数据元标准"), 10),
    AuditVerb("catalog.standard.changed", _("修改数据元标准"), 10),
    AuditVerb("catalog.code_list.drafted", _("起草代码集"), 10),
    AuditVerb("catalog.code_list.changed", _("修改代码集"), 10),
    AuditVerb("catalog.code_list.coded", _("导入代码"), 10),
):
    registry.audit_verbs.add(verb.code, verb)
workflow.register(transitions.ELEMENT, url=lambda one: reverse("catalog:standard", args=[one.pk]))
workflow.register(
    transitions.CODE_LIST, url=lambda one: reverse("catalog:code_list", args=[one.pk])
)
registry.menu.add(
    "standards",
    MenuItem("standards", _("数据目录"), _("数据标准"), "catalog:standards", "list-check"),
)
# The register's first content is reference data: brought in after migrating, and after a flush.
post_migrate.connect(
    seed.after_migrate,
    sender=apps.get_app_config("catalog"),
    dispatch_uid="catalog.standards.seed",
)
