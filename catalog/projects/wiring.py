"""What the register of projects plugs into the kernel."""

from django.utils.translation import gettext_lazy as _

from catalog.models import Project
from catalog.policies import FOLLOWERS
from catalog.projects import gaps, queries
from catalog.projects.transitions import PROJECT
from citybrain import registry, workflow
from citybrain.registry import AuditVerb, MenuItem, Permission, Takeover

registry.permissions.add(
    "accept_projects",
    Permission("accept_projects", _("验收信息化项目"), ("bureau_approver",), "HK-14"),
)
for verb in (
    AuditVerb("catalog.project.registered", _("登记信息化项目"), 10),
    AuditVerb("catalog.project.changed", _("修改信息化项目"), 10),
):
    registry.audit_verbs.add(verb.code, verb)
workflow.register(PROJECT, url=queries.detail_url)
registry.merges.add(
    "catalog.projects",
    Takeover(_("信息化项目"), lambda source: Project.objects.filter(department=source)),
)
registry.guards.add("catalog.project.complete", gaps.completed)
for move in ("request", "accept"):
    registry.guards.add(f"catalog.project.{move}", gaps.nothing_missing)
registry.menu.add(
    "projects",
    MenuItem(
        "projects",
        _("系统和项目"),
        _("信息化项目"),
        "catalog:projects",
        "clipboard-list",
        permissions=FOLLOWERS,
    ),
)
registry.worklist_sources.add("projects", queries.work_items)
