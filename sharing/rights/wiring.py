"""What the rights of use plug into the kernel and into the moves of authorizations."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citybrain import registry, workflow
from citybrain.registry import AuditVerb, MenuItem, Parameter
from sharing.rights import matter_moves, panels, reports, transitions, worklist
from sharing.sides import READERS

for verb in (
    AuditVerb("sharing.undertaking.accepted", _("作出数据使用承诺"), 10),
    AuditVerb("sharing.matter.raised", _("提出使用权事项"), 10),
):
    registry.audit_verbs.add(verb.code, verb)
registry.parameters.add(
    "idle_grant_days",
    Parameter(
        "idle_grant_days",
        _("授权多久没有使用即建议收回"),
        _("天"),
        180,
        least=30,
        most=730,
        article="SC-27",
    ),
)
workflow.register(
    transitions.USE_REPORT, url=lambda report: reverse("sharing:use_report", args=[report.pk])
)
for move in ("revoke", "expire", "finish"):
    registry.reactions.add(f"sharing.authorization.{move}", reports.ask_for_disposal)
workflow.register(
    matter_moves.MATTER, url=lambda matter: reverse("sharing:matter", args=[matter.pk])
)
registry.panels.add("sharing.Authorization", panels.rights)
registry.worklist_sources.add("use_reports", worklist.items)
registry.menu.add(
    "use_reports",
    MenuItem(
        "use_reports",
        _("数据共享"),
        _("使用记录"),
        "sharing:use_reports",
        "clipboard-check",
        READERS,
    ),
)
registry.menu.add(
    "matters",
    MenuItem("matters", _("数据共享"), _("使用权事项"), "sharing:matters", "file-text", READERS),
)
