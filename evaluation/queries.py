"""Reading reports and scorecards, for pages and the API alike."""

from django.db.models import QuerySet

from citybrain.organizations.actors import Actor
from evaluation.choices import ReportState
from evaluation.models import AnnualReport, Scorecard
from evaluation.policies import report_policy, scorecard_policy
from evaluation.report.facts_json import from_value
from evaluation.report.facts_schema import AnnualReportFacts


def reports(actor: Actor) -> QuerySet[AnnualReport]:
    """The compilations that the actor may see, newest year first, without facts and documents."""
    rows = report_policy.queryset(actor).select_related("submitted_by")
    return rows.defer("facts", "document")


def current_report(year: int) -> AnnualReport | None:
    """The latest finished compilation of the year, without facts and document; whoever asks."""
    done = AnnualReport.objects.filter(year=year, state=ReportState.DONE)
    return done.defer("facts", "document").order_by("-id").first()


def facts_of(report: AnnualReport) -> AnnualReportFacts:
    """The frozen facts of a finished report."""
    return from_value(report.facts)


def scorecards(actor: Actor, report: AnnualReport) -> QuerySet[Scorecard]:
    """The results of one compilation that the actor may see, by rank."""
    rows = scorecard_policy.queryset(actor).filter(report=report)
    return rows.select_related("department").order_by("place")


def evaluated_years(actor: Actor) -> list[int]:
    """The years of which the actor may see results, the latest first."""
    rows = scorecard_policy.queryset(actor).order_by("-report__year")
    return list(rows.values_list("report__year", flat=True).distinct())
