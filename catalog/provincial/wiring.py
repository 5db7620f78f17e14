"""What provincial reporting plugs into the kernel, and into the acceptance of projects."""

from django.utils.translation import gettext_lazy as _

from catalog.provincial import panels, queries, services
from catalog.provincial.transitions import PROVINCIAL
from citybrain import registry, workflow
from citybrain.registry import AuditVerb, MenuItem, Permission

registry.permissions.add(
    "report_to_province",
    Permission("report_to_province", _("报送省级目录"), ("bureau_approver",), "HK-14"),
)
for verb in (
    AuditVerb("catalog.provincial.queued", _("列入报省事项"), 10),
    AuditVerb("catalog.provincial.downloaded", _("下载报省材料"), 10),
):
    registry.audit_verbs.add(verb.code, verb)
workflow.register(PROVINCIAL, url=queries.detail_url)
registry.reactions.add("catalog.project.accept", services.queue_acceptance)
registry.menu.add(
    "provincial",
    MenuItem(
        "provincial",
        _("系统和项目"),
        _("省级报送"),
        "catalog:provincial",
        "send",
        permissions=("report_to_province", "supervise", "read_everything"),
    ),
)
registry.worklist_sources.add("provincial", queries.work_items)
registry.panels.add("catalog.Project", panels.reports_of_project)
