"""What the catalog plugs into the kernel."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog import guards, mergers, transitions, worklist
from catalog.models import CatalogEntry, ImportBatch
from catalog.models.batch import BatchState
from catalog.policies import batch_policy
from catalog.services import reviewing
from citybrain import registry, workflow
from citybrain.registry import AuditVerb, MenuItem, Permission, Subject, Takeover

for permission in (
    Permission(
        "view_entries",
        _("查看本单位目录"),
        ("cataloguer", "sharing_head", "security_officer"),
        past=True,
    ),
    Permission("compile_entries", _("编制目录"), ("cataloguer",), "HK-14"),
    Permission("sign_entries", _("签发目录"), ("sharing_head",), "SC-13"),
    Permission("approve_entries", _("审核目录"), ("bureau_approver",), "HK-14"),
):
    registry.permissions.add(permission.code, permission)

for verb in (
    AuditVerb("catalog.entry.compiled", _("编制信息资源"), 10),
    AuditVerb("catalog.entry.changed", _("修改信息资源"), 10),
    AuditVerb("catalog.entry.renamed", _("因单位合并更改信息资源名称"), 10),
    AuditVerb("catalog.entry.remarked", _("逐项审核信息资源"), 10),
    AuditVerb("catalog.data.updated", _("更新数据"), 10),
    AuditVerb("catalog.import.uploaded", _("上传目录工作簿"), 3),
    AuditVerb("catalog.import.confirmed", _("确认导入目录"), 10),
    AuditVerb("catalog.import.cancelled", _("放弃导入目录"), 3),
    AuditVerb("catalog.import.applied", _("目录导入完成"), 10),
):
    registry.audit_verbs.add(verb.code, verb)

workflow.register(transitions.ENTRY, url=lambda entry: reverse("catalog:entry", args=[entry.pk]))
registry.subjects.add(
    "catalog.ImportBatch",
    Subject(
        _("目录导入"),
        lambda batch: reverse("catalog:import", args=[batch.pk]),
        policy=batch_policy,
    ),
)
registry.merges.add(
    "catalog.entries",
    Takeover(
        _("信息资源（含修订稿和已注销的）"),
        lambda source: CatalogEntry.objects.filter(department=source).defer("search"),
        clashes=mergers.entries_of_one_title,
        after=mergers.found_anew,
    ),
)
registry.merges.add(
    "catalog.imports",
    Takeover(
        _("目录导入"),
        lambda source: (
            ImportBatch.objects.filter(department=source)
            .exclude(state=BatchState.CONFIRMED)
            .defer("content", "annotated")
        ),
        clashes=mergers.imports_under_way,
    ),
)
for move in ("submit", "sign"):
    registry.guards.add(f"catalog.entry.{move}", guards.complete)
for move in ("publish", "merge"):
    registry.guards.add(f"catalog.entry.{move}", reviewing.nothing_returned)
for move in (*transitions.REVISING, "retire"):
    registry.guards.add(f"catalog.entry.{move}", guards.not_being_revised)

for item in (
    MenuItem("catalog", _("数据目录"), _("目录检索"), "catalog:search", "search"),
    MenuItem(
        "own_entries",
        _("数据目录"),
        _("本单位目录"),
        "catalog:own",
        "folder",
        permissions=("view_entries",),
    ),
    MenuItem(
        "imports",
        _("数据目录"),
        _("工作簿导入"),
        "catalog:imports",
        "upload",
        permissions=("compile_entries",),
    ),
    MenuItem(
        "reviews",
        _("数据目录"),
        _("目录审核"),
        "catalog:reviews",
        "check",
        permissions=("approve_entries",),
    ),
):
    registry.menu.add(item.code, item)

registry.worklist_sources.add("catalog", worklist.items)
