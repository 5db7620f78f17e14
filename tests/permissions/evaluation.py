"""The evaluation's lines of the matrix: a report that waits and one that is done, a result."""

from typing import Any

from django.utils import timezone

from evaluation.choices import ReportState
from evaluation.facts.period import due_at
from evaluation.models import AnnualReport, Scorecard
from evaluation.report.facts_json import facts_digest, to_value
from tests.evaluation.sample_facts import sample_facts
from tests.permissions.rows import EVERYBODY, POLICE, SUPERVISORS, Row, only
from tests.personas import World

YEAR = 2025
PEOPLE = only(*(name for name in EVERYBODY if name.startswith(("police", "health", "water"))))
UNKNOWN = {"allowed": SUPERVISORS, "refused_with": 404}
HIDDEN = {**UNKNOWN, "secret": "市公安局"}


def a_waiting_report(world: World) -> dict[str, Any]:
    report = AnnualReport.objects.create(
        year=YEAR, compiled_from=due_at(YEAR), requested_at=timezone.now()
    )
    return {"pk": report.pk}


def a_finished_report(world: World) -> dict[str, Any]:
    facts = sample_facts(YEAR)
    report = AnnualReport.objects.create(
        year=YEAR,
        compiled_from=due_at(YEAR),
        requested_at=timezone.now(),
        finished_at=timezone.now(),
        state=ReportState.DONE,
        facts=to_value(facts),
        digest=facts_digest(facts),
        document=b"docx",
    )
    row = facts.departments[0]
    Scorecard.objects.create(
        report=report,
        department=world.police,
        name="市公安局",
        place=1,
        scores=to_value(facts)["departments"][0]["scores"],
        total_centi=row.total_centi,
        rank=row.rank,
        level=row.level,
    )
    return {"pk": report.pk}


def a_result(world: World) -> dict[str, Any]:
    a_finished_report(world)
    return {"year": YEAR, "code": world.police.code}


def a_year_with_results(world: World) -> dict[str, Any]:
    a_finished_report(world)
    return {"year": YEAR}


ROWS = [
    Row("evaluation:reports", allowed=SUPERVISORS),
    Row("evaluation:compile", allowed=only("evaluator"), method="post", data={"year": 1}),
    Row("evaluation:report", scene=a_waiting_report, note="-waiting", **UNKNOWN),
    Row("evaluation:report", scene=a_finished_report, note="-finished", **HIDDEN),
    Row("evaluation:report_progress", scene=a_waiting_report, **UNKNOWN),
    *(
        Row(f"evaluation:{name}", scene=scene, note=note, method="post", **HIDDEN)
        for name in ("report_download", "report_facts")
        for scene, note in ((a_waiting_report, "-waiting"), (a_finished_report, "-finished"))
    ),
    Row("evaluation:scorecards", allowed=PEOPLE | SUPERVISORS),
    Row(
        "evaluation:scorecards_of",
        allowed=POLICE | SUPERVISORS,
        scene=a_year_with_results,
        refused_with=404,
        secret="市公安局",
    ),
    Row(
        "evaluation:scorecard",
        allowed=POLICE | SUPERVISORS,
        scene=a_result,
        refused_with=404,
        secret="市公安局",
    ),
]
