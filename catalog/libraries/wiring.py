"""What libraries and sources of record plug into the kernel."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog import mergers
from catalog.libraries import panels, policies, queries
from catalog.models import ItemSource, Library
from citybrain import registry
from citybrain.registry import AuditVerb, MenuItem, Permission, Subject, Takeover

for permission in (
    Permission(
        "edit_libraries", _("编辑基础库和主题库"), ("cataloguer", "bureau_approver"), "HK-13"
    ),
    Permission("decide_sources", _("确定数源部门"), ("bureau_approver",), "SC-19"),
):
    registry.permissions.add(permission.code, permission)
for verb in (
    AuditVerb("catalog.libraries.set_up", _("设立基础库或主题库"), 10),
    AuditVerb("catalog.libraries.changed", _("修改基础库或主题库"), 10),
    AuditVerb("catalog.source.decided", _("确定数源部门"), 10),
):
    registry.audit_verbs.add(verb.code, verb)
registry.subjects.add(
    "catalog.Library",
    Subject(
        _("基础库和主题库"),
        lambda library: reverse("catalog:library", args=[library.pk]),
        policies.library_policy,
    ),
)
registry.subjects.add(
    "catalog.ItemSource",
    Subject(_("数源部门"), lambda source: queries.item_url(str(source)), policies.source_policy),
)
registry.merges.add(
    "catalog.libraries",
    Takeover(
        _("牵头的基础库和主题库"),
        lambda source: Library.objects.filter(lead=source),
        field="lead",
    ),
)
registry.merges.add(
    "catalog.members",
    Takeover(
        _("作为成员单位的基础库和主题库"),
        mergers.memberships,
        clashes=mergers.member_already,
        after=mergers.members_changed,
        subject=lambda row: row.library,
    ),
)
registry.merges.add(
    "catalog.sources",
    Takeover(_("一数一源的信息项"), lambda source: ItemSource.objects.filter(department=source)),
)
for item in (
    MenuItem("libraries", _("数据目录"), _("基础库和主题库"), "catalog:libraries", "folders"),
    MenuItem(
        "sources",
        _("数据目录"),
        _("一数一源"),
        "catalog:sources",
        "flag",
        permissions=("decide_sources", "supervise", "read_everything"),
    ),
):
    registry.menu.add(item.code, item)
registry.panels.add("catalog.CatalogEntry", panels.sources_of_entry)
