"""A report as it is when it has been compiled, with two results, without the year behind it."""

from django.utils import timezone

from evaluation.choices import ReportState
from evaluation.facts.period import due_at
from evaluation.models import AnnualReport, Scorecard
from evaluation.report.facts_json import facts_digest, to_value
from tests.evaluation.sample_facts import sample_facts
from tests.personas import World

YEAR = 2025


def a_waiting_report(year: int = YEAR) -> AnnualReport:
    return AnnualReport.objects.create(
        year=year, compiled_from=due_at(year), requested_at=timezone.now()
    )


def a_finished_report(world: World, year: int = YEAR) -> AnnualReport:
    facts = sample_facts(year)
    value = to_value(facts)
    report = AnnualReport.objects.create(
        year=year,
        compiled_from=due_at(year),
        requested_at=timezone.now(),
        finished_at=timezone.now(),
        state=ReportState.DONE,
        facts=value,
        digest=facts_digest(facts),
        document=b"docx",
    )
    Scorecard.objects.bulk_create(
        Scorecard(
            report=report,
            department=department,
            name=department.short_name,
            place=place,
            scores=row["scores"],
            total_centi=row["total_centi"],
            rank=row["rank"],
            level=row["level"],
        )
        for place, (department, row) in enumerate(
            zip((world.police, world.health), value["departments"], strict=False), 1
        )
    )
    return report
