"""Results of the evaluation: the ranking of a year, and one department's result explained."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citybrain.pages import ActorRequest, page_of
from citybrain.policies import require_anywhere
from citybrain.ui import Card, ChartSeries, ChartSpec, Crumb, Tab, Tone
from evaluation import preview, queries
from evaluation.evidence import Evidence, evidence_of
from evaluation.facts.period import Period
from evaluation.models import AnnualReport, Scorecard
from evaluation.policies import reads_for_the_city, scorecard_policy
from evaluation.queries import CityAverages, Scale
from evaluation.report.wording import basis_points, percent, plain, points

PER_PAGE = 100
READERS = ("view_scorecards", "supervise", "read_everything")


@dataclass(frozen=True)
class Line:
    """One indicator of a scorecard, explained: what was counted, reached and lost, and why."""

    definition: dict[str, Any]
    numerator: int
    denominator: int
    ratio: str
    points: str
    lost: str
    average: str
    evidence: Evidence | None


@login_required
@require_safe
def scorecards(request: ActorRequest, year: int | None = None) -> HttpResponse:
    """The results of a year that the actor may see: all of them by rank, or one's own."""
    years = queries.evaluated_years(request.actor)
    if year is None:
        require_anywhere(request.actor, *READERS)
    elif year not in years:
        raise Http404
    shown = year if year is not None else next(iter(years), None)
    context: dict[str, Any] = {"year": shown, "for_the_city": reads_for_the_city(request.actor)}
    if shown is not None:
        report = _current(shown)
        averages = queries.city_averages(report)
        cards = queries.scorecards(request.actor, report)
        scale = queries.scale_of(report)
        context |= {
            "report": report,
            "tabs": _tabs(years, shown),
            "cards": _city_cards(scale, averages),
            **_ranking(request, scale, cards),
        }
    return render(request, "evaluation/scorecard_list.html", context)


@login_required
@require_safe
def scorecard(request: ActorRequest, year: int, code: str) -> HttpResponse:
    """One department's result, down to the records that cost it points."""
    report = _current(year)
    card = scorecard_policy.fetch(
        request.actor,
        Scorecard.objects.select_related("department"),
        report=report,
        department__code=code,
    )
    averages = queries.city_averages(report)
    scale = queries.scale_of(report)
    tone = preview.level_tones(scale.levels)[card.level]
    lines = _lines(report, scale, card, averages)
    crumbs = [
        Crumb(_("评价结果"), reverse("evaluation:scorecards")),
        Crumb(_("%d年度") % year, reverse("evaluation:scorecards_of", args=[year])),
        Crumb(card.name),
    ]
    context = {
        "card": card,
        "report": report,
        "tone": tone,
        "cards": _cards(card, tone, averages),
        "lines": lines,
        "chart": _chart(card, lines, averages),
        "crumbs": crumbs,
    }
    return render(request, "evaluation/scorecard.html", context)


def _current(year: int) -> AnnualReport:
    report = queries.current_report(year)
    if report is None:
        raise Http404
    return report


def _tabs(years: list[int], shown: int) -> list[Tab]:
    return [
        Tab(_("%d年度") % year, reverse("evaluation:scorecards_of", args=[year]), year == shown)
        for year in years
    ]


def _ranking(request: ActorRequest, scale: Scale, cards: "QuerySet[Scorecard]") -> dict[str, Any]:
    page = page_of(request, cards.exclude(rank=None), PER_PAGE)
    tones = preview.level_tones(scale.levels)
    return {
        "page": page,
        "unranked": list(cards.filter(rank=None)),
        "definitions": scale.indicators,
        "rows": [(card, tones[card.level], _points(card)) for card in page],
    }


def _points(card: Scorecard) -> list[str]:
    return [points(score["points_centi"]) for score in card.scores]


def _city_cards(scale: Scale, averages: CityAverages | None) -> list[Card]:
    if averages is None:
        return []
    tones = preview.level_tones(scale.levels)
    return [
        Card(_("参评单位"), averages.evaluated, _("个"), "building-community"),
        Card(_("全市平均分"), points(averages.total_centi), _("分"), "gauge"),
        *(
            Card(level, averages.by_level.get(level, 0), _("个"), "certificate", tones[level])
            for level in scale.levels
        ),
    ]


def _cards(card: Scorecard, tone: Tone, averages: CityAverages | None) -> list[Card]:
    found = [
        Card(_("总分"), points(card.total_centi), _("分"), "gauge", tone),
        Card(_("等级"), card.level or _("不作评价"), icon="certificate", tone=tone),
    ]
    if averages is not None and card.rank is not None:
        found += [
            Card(_("名次"), card.rank, _("/ %d") % averages.evaluated, "chart-bar"),
            Card(_("全市平均分"), points(averages.total_centi), _("分"), "building-community"),
        ]
    return found


def _lines(
    report: AnnualReport, scale: Scale, card: Scorecard, averages: CityAverages | None
) -> list[Line]:
    evidence = evidence_of(Period(report.year, report.compiled_from), card)
    means = averages.ratio_bp if averages else {}
    lines = []
    for definition, score in zip(scale.indicators, card.scores, strict=True):
        reached, mean = score["points_centi"], means.get(definition["code"])
        full = definition["weight"] * 100
        lines.append(
            Line(
                definition=definition,
                numerator=score["numerator"],
                denominator=score["denominator"],
                ratio=percent(score["numerator"], score["denominator"]),
                points=points(reached),
                lost=points(full - reached) if reached is not None else "",
                average=f"{plain(mean)}%" if mean is not None else "—",
                evidence=evidence.get(definition["code"]),
            )
        )
    return lines


def _chart(card: Scorecard, lines: list[Line], averages: CityAverages | None) -> ChartSpec | None:
    """The department's ratios beside the city's, for the indicators that apply to it."""
    if averages is None:
        return None
    applying = [line for line in lines if line.denominator]
    own = [(basis_points(line.numerator, line.denominator) or 0) / 100 for line in applying]
    means = [averages.ratio_bp[line.definition["code"]] / 100 for line in applying]
    listed = "；".join(
        _("%(name)s%(own)s，全市%(mean)s")
        % {"name": line.definition["name"], "own": line.ratio, "mean": line.average}
        for line in applying
    )
    return ChartSpec(
        "scorecard",
        _("各项指标与全市平均比较"),
        "bar",
        [line.definition["name"] for line in applying],
        [ChartSeries(card.name, own), ChartSeries(_("全市平均"), means, "muted")],
        "%",
        f"{listed}。",
    )
