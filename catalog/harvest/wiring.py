"""What harvesting plugs into the kernel."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog import mergers
from catalog.harvest import guards, panels
from catalog.harvest.policies import source_policy
from catalog.models import HarvestSource
from citybrain import registry
from citybrain.registry import AuditVerb, MenuItem, Subject, Takeover

for verb in (
    AuditVerb("catalog.harvest.source_saved", _("设置采集来源"), 3),
    AuditVerb("catalog.harvest.ordered", _("开始采集外部目录"), 3),
    AuditVerb("catalog.harvest.finished", _("采集外部目录完成"), 3),
    AuditVerb("catalog.harvest.decided", _("核定采集的变化"), 10),
    AuditVerb("catalog.harvest.checked", _("核对采集时填写的内容"), 10),
):
    registry.audit_verbs.add(verb.code, verb)
registry.subjects.add(
    "catalog.HarvestSource",
    Subject(
        _("采集来源"),
        lambda source: reverse("catalog:harvest_source", args=[source.pk]),
        policy=source_policy,
    ),
)
registry.merges.add(
    "catalog.harvest",
    Takeover(
        _("外部目录采集来源"),
        lambda source: HarvestSource.objects.filter(department=source),
        clashes=mergers.sources_of_one_name,
    ),
)
registry.guards.add("catalog.entry.submit", guards.looked_at)
registry.panels.add("catalog.CatalogEntry", panels.origin)
registry.menu.add(
    "harvest",
    MenuItem(
        "harvest",
        _("数据目录"),
        _("外部目录采集"),
        "catalog:harvest",
        "world",
        permissions=("compile_entries",),
    ),
)
