"""The lines of provincial reporting: the bureau reports, those who follow the whole city read."""

from typing import Any

from catalog.models import ProvincialReport
from tests.permissions.rows import SUPERVISORS, Row, only
from tests.personas import World

SECRET = "居住证项目验收结果"


def report(world: World) -> dict[str, Any]:
    made = ProvincialReport.objects.create(
        number="SB2026-000001",
        kind="acceptance",
        title=SECRET,
        digest="0" * 64,
        content={
            "project": dict.fromkeys(("name", "approval_number", "approved_on", "budget", "contractor", "completed_on", "accepted_on", "opinion", "systems"), ""),
            "department": "海口市公安局",
            "department_code": "",
            "entries": [],
        },
    )  # fmt: skip
    return {"pk": made.pk}


UNSEEN = {"refused_with": 404, "secret": SECRET}
ROWS = [
    Row("catalog:provincial", allowed=SUPERVISORS),
    Row("catalog:provincial_package", allowed=only("approver"), method="post"),
    *(
        Row(f"catalog:{name}", allowed=SUPERVISORS, scene=report, **UNSEEN)
        for name in ("provincial_report", "provincial_progress")
    ),
    Row(
        "catalog:provincial_correct",
        allowed=only("approver"),
        seen_by=SUPERVISORS - {"approver"},
        scene=report,
        **UNSEEN,
    ),
    Row("catalog:provincial_json", allowed=SUPERVISORS, scene=report, method="post", **UNSEEN),
    Row(
        "catalog:provincial_xlsx",
        allowed=SUPERVISORS,
        scene=lambda world: {**report(world), "volume": 1},
        method="post",
        **UNSEEN,
    ),
    Row(
        "catalog:provincial_move",
        allowed=only("approver"),
        seen_by=SUPERVISORS - {"approver"},
        scene=lambda world: {**report(world), "name": "submit"},
        method="post",
        **UNSEEN,
    ),
]
