"""What the security app plugs into the kernel and into the catalog's moves."""

from django.utils.translation import gettext_lazy as _

from catalog.opendata.rows import PUBLISH
from catalog.transitions import REVISING
from citybrain import registry
from citybrain.registry import AuditVerb, MenuItem, Permission
from security import guards, panels, publishing, worklist
from security.abroad import wiring as abroad  # noqa: F401 - fills the registry
from security.services import revising

registry.permissions.add(
    "confirm_grades",
    Permission("confirm_grades", _("确认数据分级"), ("security_officer",), "HK-37"),
)
registry.audit_verbs.add(
    "security.grades.confirmed",
    AuditVerb("security.grades.confirmed", _("确认数据分级"), 10),
)
for move in ("submit", "sign", "publish", "merge"):
    registry.guards.add(f"catalog.entry.{move}", guards.every_item_graded)
    registry.guards.add(f"catalog.entry.{move}", guards.assessed_as_graded)
for move in ("request", "accept"):
    registry.guards.add(f"catalog.project.{move}", guards.every_resource_graded)
registry.guards.add(PUBLISH, publishing.rows_are_public)
registry.conditions.add(PUBLISH, publishing.rows_public)
for move in REVISING:
    registry.reactions.add(f"catalog.entry.{move}", revising.grades_of_the_copy)
registry.reactions.add("catalog.entry.change", revising.grade_of_what_changed)
registry.reactions.add("catalog.entry.publish", revising.freeze)
registry.reactions.add("catalog.entry.merge", revising.grades_in_effect)
registry.menu.add(
    "grading",
    MenuItem(
        "grading",
        _("数据安全"),
        _("分级确认"),
        "security:grading_list",
        "lock",
        permissions=("confirm_grades",),
    ),
)
registry.worklist_sources.add("security", worklist.items)
registry.panels.add("catalog.CatalogEntry", panels.grades)
registry.panels.add("catalog.Project", panels.grades_of_project)
