"""How timely duties were met: the numbers behind evaluation and the annual report (SC-38).

Every number counts events between two dates, both included, so that months add up to the year and
the past does not change: opened by the day of receipt, fulfilled by the day of fulfilment, breached
by the first day after the last one. A duty ends its race exactly once, in time or in breach; a late
fulfilment is counted besides, in the month in which it came.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from django.db.models import Case, Count, DateField, F, Q, QuerySet, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, TruncDate, TruncMonth
from django.utils import timezone

from citybrain.duties.models import Duty
from citybrain.duties.models.duty import OPEN, PAUSED

Dimension = Literal["rule", "department", "month"]
Key = tuple[str, int | None, date | None]


@dataclass
class Timeliness:
    """Counts for one rule, department and month; a dimension not asked for is "" or None."""

    rule: str = ""
    department_id: int | None = None
    month: date | None = None
    opened: int = 0
    in_time: int = 0
    late: int = 0
    breached: int = 0
    cancelled: int = 0

    @property
    def decided(self) -> int:
        """Duties met in time or breached: the denominator of a rate of timeliness."""
        return self.in_time + self.breached


def timeliness(
    *,
    since: date,
    until: date,
    by: Sequence[Dimension] = (),
    rules: Collection[str] | None = None,
    departments: Collection[int] | None = None,
    today: date | None = None,
) -> list[Timeliness]:
    """Counts between `since` and `until`, grouped by the dimensions in `by`, in their order.

    `rules` and `departments` (ids) narrow the duties, None means all. An open duty whose last day
    lies before `today` counts as breached whether or not the daily scan has run. Without any
    duty the list is empty.
    """
    duties = Duty.objects.order_by()
    if rules is not None:
        duties = duties.filter(rule__in=rules)
    if departments is not None:
        duties = duties.filter(department_id__in=departments)
    first, last = _midnight(since), _midnight(until + timedelta(days=1))
    breach = _breach_day(today or timezone.localdate())
    fulfilled = duties.filter(fulfilled_at__gte=first, fulfilled_at__lt=last)
    counted: list[tuple[str, QuerySet[Duty], Combinable]] = [
        ("opened", duties.filter(starts_on__range=(since, until)), F("starts_on")),
        ("in_time", fulfilled.filter(breached_on__isnull=True), _local_day("fulfilled_at")),
        ("late", fulfilled.filter(breached_on__isnull=False), _local_day("fulfilled_at")),
        (
            "breached",
            duties.alias(breach=breach).filter(breach__range=(since, until)),
            breach,
        ),
        (
            "cancelled",
            duties.filter(cancelled_at__gte=first, cancelled_at__lt=last),
            _local_day("cancelled_at"),
        ),
    ]
    found: dict[Key, Timeliness] = {}
    for name, rows, day in counted:
        for key, count in _grouped(rows, day, by):
            row = found.setdefault(key, Timeliness(*key))
            setattr(row, name, count)
    return [found[key] for key in sorted(found, key=lambda key: _order(key, by))]


def _grouped(
    rows: QuerySet[Duty], day: Combinable, by: Sequence[Dimension]
) -> list[tuple[Key, int]]:
    columns = {"rule": F("rule"), "department": F("department_id"), "month": TruncMonth(day)}
    names = {name: f"by_{name}" for name in by}
    groups = rows.annotate(**{names[name]: columns[name] for name in by})
    if not by:
        total = rows.count()
        return [(("", None, None), total)] if total else []
    return [
        (
            (
                group.get("by_rule", ""),
                group.get("by_department"),
                group.get("by_month"),
            ),
            group["number"],
        )
        for group in groups.values(*names.values()).annotate(number=Count("pk"))
    ]


def _breach_day(today: date) -> Combinable:
    """The day of breach as recorded, or as it follows from the dates before the scan has run."""
    lapsed = When(
        OPEN & ~PAUSED & Q(due_on__lt=today),
        then=Cast(F("due_on") + timedelta(days=1), DateField()),
    )
    return Coalesce(F("breached_on"), Case(lapsed, output_field=DateField()))


def _order(key: Key, by: Sequence[Dimension]) -> tuple[object, ...]:
    places = {"rule": 0, "department": 1, "month": 2}
    return tuple(key[places[name]] for name in by)


def _local_day(column: str) -> Combinable:
    return TruncDate(column, tzinfo=timezone.get_default_timezone())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())
