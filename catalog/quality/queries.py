"""Scores of data quality: of an entry, of a department's entries, of all at a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.models import CatalogEntry, CheckResult, QualityCheck
from catalog.quality.choices import LOW, MIDDLE, CheckState, Dimension
from citybrain.organizations.actors import Actor
from citybrain.ui import Card, ChartSeries, ChartSpec, Tone

HISTORY_SHOWN = 30
DIMENSIONS = dict(Dimension.choices)


def scores_at(day: date) -> dict[int, Decimal]:
    """The score of each entry by its id, as it stood at the end of that day; one query.

    What was checked later changes nothing: reports compiled again give the same.
    """
    midnight = datetime.combine(
        day + timedelta(days=1), time(), tzinfo=timezone.get_default_timezone()
    )
    checks = (
        QualityCheck.objects.filter(
            state=CheckState.DONE, score__isnull=False, finished_at__lt=midnight
        )
        .order_by("entry_id", "-finished_at", "-pk")
        .distinct("entry_id")
    )
    return {entry: score for entry, score in checks.values_list("entry_id", "score") if score}


def last_of(entry: CatalogEntry) -> QualityCheck | None:
    """The entry's last check that was done."""
    return _done(entry).first()


def history_of(entry: CatalogEntry) -> list[QualityCheck]:
    """Its last checks that were done, oldest first."""
    return list(_done(entry)[:HISTORY_SHOWN])[::-1]


def _done(entry: CatalogEntry) -> QuerySet[QualityCheck]:
    return QualityCheck.objects.filter(entry=entry, state=CheckState.DONE, score__isnull=False)


def waiting_of(entry: CatalogEntry) -> QualityCheck | None:
    """The check that is in line or under way."""
    rows = QualityCheck.objects.filter(entry=entry, state=CheckState.WAITING)
    return rows.order_by("pk").first()


def tone_of(score: Decimal | None) -> Tone:
    if score is None:
        return "muted"
    return "danger" if score < LOW else "warning" if score < MIDDLE else "success"


def cards_of(check: QualityCheck) -> list[Card]:
    """The total and the dimensions of one check."""
    total = Card(
        _("数据质量得分"),
        _plain(check.score),
        _("分"),
        "gauge",
        tone_of(check.score),
        hint=_("第%(number)d批，%(rows)s行")
        % {"number": check.dataset or 0, "rows": f"{check.rows:,}"},
    )
    return [
        total,
        *(
            Card(DIMENSIONS[name], _plain(score), _("分"), "chart-bar", tone_of(score))
            for name, score in dimensions_of(check)
        ),
    ]


def dimensions_of(check: QualityCheck) -> list[tuple[str, Decimal]]:
    """(dimension, score) of those that were checked, in their order."""
    return [
        (str(name), Decimal(check.scores[name]))
        for name in Dimension.values
        if name in check.scores
    ]


def chart_of(checks: Iterable[QualityCheck]) -> ChartSpec:
    """The total and the dimensions over time."""
    found = list(checks)
    series = [ChartSeries(_("总分"), [_float(one.score) for one in found])]
    for name, label in DIMENSIONS.items():
        values = [_float(one.scores.get(name)) for one in found]
        if any(value is not None for value in values):
            series.append(ChartSeries(label, values))
    return ChartSpec(
        id="quality-history",
        title=_("历次检查得分"),
        kind="line",
        categories=[date_format(timezone.localtime(one.finished_at), "Y-m-d H:i") for one in found],
        series=series,
        unit=_("分"),
    )


def _float(score: Any) -> float | None:
    return None if score is None else float(score)


def _plain(score: Decimal | None) -> str:
    return "—" if score is None else f"{score:f}".removesuffix(".0")


def ranking(actor: Actor, *, city: bool) -> QuerySet[CatalogEntry]:
    """Entries with the score of their last check, worst first: the city's, or one's department's."""
    last = QualityCheck.objects.filter(
        entry=OuterRef("pk"), state=CheckState.DONE, score__isnull=False
    ).order_by("-pk")
    scope = Q(state=EntryState.PUBLISHED)
    if not city:
        scope &= actor.scope("view_entries").q()
    return (
        CatalogEntry.objects.filter(scope, data_updated_at__isnull=False)
        .annotate(
            score=Subquery(last.values("score")[:1]), last_check=Subquery(last.values("pk")[:1])
        )
        .filter(score__isnull=False)
        .select_related("department")
        .defer("search")
        .order_by("score", "title_pinyin", "pk")
    )


@dataclass(frozen=True)
class Line:
    """An entry in the list with its last check."""

    entry: CatalogEntry
    check: QualityCheck
    tone: Tone
    weakest: str


def lines_of(entries: Iterable[Any]) -> list[Line]:
    """The entries of one page of `ranking` with their checks; one query."""
    found = list(entries)
    checks = QualityCheck.objects.in_bulk([one.last_check for one in found])
    return [
        Line(one, checks[one.last_check], tone_of(one.score), _weakest(checks[one.last_check]))
        for one in found
    ]


def _weakest(check: QualityCheck) -> str:
    """The dimension with the lowest score, unless all are full."""
    found = min(dimensions_of(check), key=lambda one: one[1], default=None)
    if found is None or found[1] >= 100:
        return ""
    return f"{DIMENSIONS[found[0]]} {_plain(found[1])}"


def results_of(check: QualityCheck) -> list[CheckResult]:
    """What each rule found, the worst first within the order of the dimensions."""
    order = {name: place for place, name in enumerate(Dimension.values)}
    return sorted(
        check.results.all(), key=lambda one: (order[one.dimension], one.score, one.position)
    )
