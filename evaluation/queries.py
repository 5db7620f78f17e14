"""Reading reports and scorecards, for pages and the API alike."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from citybrain.organizations.actors import Actor
from evaluation.choices import ReportState
from evaluation.models import AnnualReport, Scorecard
from evaluation.policies import report_policy, scorecard_policy
from evaluation.report.facts_json import from_value
from evaluation.report.facts_schema import AnnualReportFacts
from evaluation.report.wording import basis_points


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


@dataclass(frozen=True)
class CityAverages:
    """How all evaluated departments did in one compilation; no single one can be told from it."""

    evaluated: int
    total_centi: int
    ratio_bp: Mapping[str, int]
    """By indicator, the mean ratio of the departments to which it applies, in ten-thousandths."""
    by_level: Mapping[str, int]


def city_averages(report: AnnualReport) -> CityAverages | None:
    """None when the compilation evaluated nobody."""
    cards = Scorecard.objects.filter(report=report, total_centi__isnull=False).order_by("place")
    rows = list(cards.values_list("scores", "total_centi", "level"))
    if not rows:
        return None
    ratios: dict[str, list[int]] = defaultdict(list)
    for scores, _total, _level in rows:
        for score in scores:
            share = basis_points(score["numerator"], score["denominator"])
            if share is not None:
                ratios[score["code"]].append(share)
    return CityAverages(
        evaluated=len(rows),
        total_centi=_mean([total or 0 for _scores, total, _level in rows]),
        ratio_bp={code: _mean(shares) for code, shares in ratios.items()},
        by_level=Counter(level for _scores, _total, level in rows),
    )


@dataclass(frozen=True)
class Scale:
    """The indicators as they were in force for a compilation, and its levels from the best down."""

    indicators: list[dict[str, Any]]
    levels: list[str]


def scale_of(report: AnnualReport) -> Scale:
    """From the report's frozen facts, which are large, only what its scorecards are read by."""
    rows = AnnualReport.objects.filter(pk=report.pk)
    indicators, levels = rows.values_list("facts__indicators", "facts__levels").get()
    return Scale(list(indicators or []), [level["name"] for level in levels or []])


def _mean(values: Sequence[int]) -> int:
    return (2 * sum(values) + len(values)) // (2 * len(values))
