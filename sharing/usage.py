"""Figures of use: today's from the calls, those of the days before from what was added up by day."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate, TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.ui import ChartSeries, ChartSpec
from sharing.choices import ANSWERED, Outcome
from sharing.models import Authorization, ServiceCall
from sharing.queries import start_of_today
from sharing.tallying import SHARED, Ledger, midnight

MOST_DAYS = 62  # a chart of more days shows months


@dataclass(frozen=True)
class Period:
    """Days in Asia/Shanghai, both included."""

    first: date
    last: date

    @classmethod
    def days(cls, count: int) -> "Period":
        """The last `count` days, today included."""
        today = timezone.localdate()
        return cls(today - timedelta(days=count - 1), today)

    @classmethod
    def months(cls, count: int) -> "Period":
        """The last `count` calendar months, the present one included."""
        today = timezone.localdate()
        month = today.year * 12 + today.month - count
        return cls(date(month // 12, month % 12 + 1, 1), today)

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    def q(self) -> Q:
        """The condition that a call was made in the period."""
        return Q(at__gte=midnight(self.first), at__lt=midnight(self.last + timedelta(days=1)))


@dataclass(frozen=True)
class Counted:
    """Calls with one outcome on one day, and under one `key` where they are told apart by it.

    Of a month, `day` is the first.
    """

    day: date
    key: int | None
    outcome: str
    calls: int
    milliseconds: int


@dataclass(frozen=True)
class Use:
    """Calls of one day or month."""

    first: date
    served: int = 0
    refused: int = 0


def used_today(authorizations: Iterable[Authorization]) -> dict[int, int]:
    """Calls and downloads served since midnight, by authorization; one query."""
    calls = ServiceCall.objects.filter(
        authorization__in=[one.pk for one in authorizations],
        at__gte=start_of_today(),
        outcome=Outcome.SERVED,
    )
    return dict(calls.order_by().values_list("authorization").annotate(Count("pk")))


def counted(
    condition: Q,
    period: Period,
    *,
    by: str = "",
    by_month: bool = False,
    ledger: Ledger = SHARED,
) -> Iterator[Counted]:
    """Calls of the period by day or month and outcome, and by the key `by`; three queries.

    `condition` is about the fields that both tables of the ledger have in common.
    """
    last = ledger.tallied_until()
    names = ["outcome", *([f"{by}_id"] if by else [])]
    day = TruncMonth("day") if by_month else F("day")
    day_of_call = TruncMonth(TruncDate("at")) if by_month else TruncDate("at")
    if last is not None:
        days = ledger.daily.objects.filter(
            condition, day__range=(period.first, min(period.last, last))
        )
        yield from _read(
            days.values(*names, unit=day).annotate(n=Sum("calls"), ms=Sum("milliseconds")), by
        )
    first = max(period.first, last + timedelta(days=1)) if last else period.first
    if first <= period.last:
        calls = ledger.calls.objects.filter(condition, Period(first, period.last).q())
        yield from _read(
            calls.values(*names, unit=day_of_call).annotate(n=Count("pk"), ms=Sum("milliseconds")),
            by,
        )


def _read(rows: Any, by: str) -> Iterator[Counted]:
    for row in rows.order_by():
        key = row[f"{by}_id"] if by else None
        yield Counted(row["unit"], key, row["outcome"], row["n"], row["ms"])


def use_of(condition: Q, period: Period, *, ledger: Ledger = SHARED) -> list[Use]:
    """Served and refused calls of each day of the period, or of each month of a long one."""
    by_month = period.length > MOST_DAYS
    served: Counter[date] = Counter()
    refused: Counter[date] = Counter()
    for one in counted(condition, period, by_month=by_month, ledger=ledger):
        if one.outcome == Outcome.SERVED:
            served[one.day] += one.calls
        elif one.outcome not in ANSWERED:
            refused[one.day] += one.calls
    return [Use(day, served[day], refused[day]) for day in _units(period, by_month=by_month)]


def chart(uses: list[Use], *, id: str, title: str) -> ChartSpec:
    """The chart of `use_of`, served over refused."""
    by_month = len(uses) > 1 and uses[0].first.day == uses[1].first.day
    pattern = "%Y-%m" if by_month else "%m-%d"
    served, refused = sum(one.served for one in uses), sum(one.refused for one in uses)
    return ChartSpec(
        id=id,
        title=title,
        kind="stacked",
        categories=[one.first.strftime(pattern) for one in uses],
        series=[
            ChartSeries(_("已提供"), [one.served for one in uses]),
            ChartSeries(_("被拒绝"), [one.refused for one in uses], "danger"),
        ],
        unit=_("次"),
        summary=_("共提供%(served)d次，拒绝%(refused)d次。")
        % {"served": served, "refused": refused},
    )


def _units(period: Period, *, by_month: bool) -> list[date]:
    if not by_month:
        return [period.first + timedelta(days=n) for n in range(period.length)]
    units, day = [], period.first.replace(day=1)
    while day <= period.last:
        units.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    return units
