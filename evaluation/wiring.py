"""What the evaluation app plugs into the kernel."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citybrain import registry, workflow
from citybrain.registry import AuditVerb, MenuItem, Permission, Subject
from evaluation import home, transitions
from evaluation.policies import scorecard_policy


def scorecard_address(card: Any) -> str:
    """The page of one department's result in the year of its report."""
    return reverse("evaluation:scorecard", args=[card.report.year, card.department.code])


for permission in (
    Permission("compile_report", _("编制年度报告"), ("bureau_evaluator",), "HK-40"),
    Permission(
        "view_scorecards",
        _("查看本单位评价结果"),
        ("cataloguer", "sharing_head", "security_officer"),
        "HK-16",
        past=True,
    ),
):
    registry.permissions.add(permission.code, permission)

for verb in (
    AuditVerb("evaluation.report.requested", _("提出编制年度报告"), 10),
    AuditVerb("evaluation.report.downloaded", _("下载年度报告"), 10),
    AuditVerb("evaluation.report.facts_downloaded", _("下载年度报告事实数据"), 10),
):
    registry.audit_verbs.add(verb.code, verb)

workflow.register(
    transitions.REPORT, url=lambda report: reverse("evaluation:report", args=[report.pk])
)
registry.subjects.add(
    "evaluation.Scorecard",
    Subject(
        _("评价结果"),
        scorecard_address,
        scorecard_policy,
    ),
)
for item in (
    MenuItem(
        "scorecards",
        _("监督"),
        _("评价结果"),
        "evaluation:scorecards",
        "certificate",
        permissions=("view_scorecards", "supervise", "read_everything"),
    ),
    MenuItem(
        "reports",
        _("监督"),
        _("年度报告"),
        "evaluation:reports",
        "report-analytics",
        permissions=("supervise", "read_everything"),
    ),
):
    registry.menu.add(item.code, item)
registry.home_cards.add("evaluation", home.cards)
