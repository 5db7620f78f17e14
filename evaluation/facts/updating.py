"""Whether entries were updated as often as they declare (SC-18), gap by gap.

An entry's clock starts anew with its publication and with every update. The next update is due
when the declared cycle has passed, on the next working day if that is a day of rest. The entry was
updated in time when no gap that reaches into the period was longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import TruncDate
from django.utils import timezone

from catalog.choices import JUDGED_DAYS
from catalog.models import CatalogEntry, DataUpdate, EntryRevision
from citybrain.duties.calendar import Calendar, next_working_day
from citybrain.duties.loader import current_calendar
from evaluation.facts.entries import published
from evaluation.facts.owners import owner_then
from evaluation.facts.period import Period

ONE_DAY = timedelta(days=1)

# gap: one line from each publication or update of an entry to the next one (NULL: none yet).
# judged: the gaps whose end was due in the period, with the days by which they were too long.
GAPS = """
WITH cycle AS (SELECT * FROM unnest(%s::text[], %s::int[]) AS c (name, days)),
rest AS (SELECT * FROM unnest(%s::date[], %s::date[]) AS r (day, working)),
entry AS (
    SELECT p.entry_id, p.department, p.first_on, cycle.days
    FROM ({published}) p JOIN cycle ON cycle.name = p.cycle
),
point AS (
    SELECT entry_id, first_on AS day FROM entry
    UNION
    SELECT entry_id, (at AT TIME ZONE %s)::date FROM {updates}
    WHERE at < %s AND entry_id IN (SELECT entry_id FROM entry)
),
gap AS (
    SELECT entry.entry_id, entry.department, point.day,
        COALESCE(rest.working, point.day + entry.days) AS due,
        LEAD(point.day) OVER (PARTITION BY point.entry_id ORDER BY point.day) AS next
    FROM point JOIN entry USING (entry_id)
    LEFT JOIN rest ON rest.day = point.day + entry.days
),
judged AS (
    SELECT *, GREATEST(COALESCE(next, %s::date) - due, 0) AS late FROM gap
    WHERE due < %s::date AND (next IS NULL OR next > %s::date)
)
"""
BY_DEPARTMENT = """
SELECT department, count(*), count(*) FILTER (WHERE late = 0)
FROM (SELECT entry_id, department, max(late) AS late FROM judged GROUP BY 1, 2) e
GROUP BY department
"""
WORST = """
SELECT DISTINCT ON (entry_id) entry_id, day, due, next, late FROM judged WHERE late > 0
ORDER BY entry_id, late DESC, day
"""


@dataclass(frozen=True)
class Updating:
    """Entries of one department whose cycle asked for an update, and those updated in time."""

    due: int
    in_time: int


@dataclass(frozen=True)
class LateUpdate:
    """The longest delay of one entry: what was due when, and when it came, if it did."""

    entry_id: int
    last_on: date
    due_on: date
    updated_on: date | None
    days_late: int


def updating(period: Period) -> list[tuple[int, Updating]]:
    """By the department that holds the entries."""
    rows = _select(BY_DEPARTMENT, period, published(period))
    return [(pk, Updating(due, in_time)) for pk, due, in_time in rows]


def late_updates(period: Period, department_ids: Sequence[int]) -> list[LateUpdate]:
    """The entries of these departments that were not updated in time, the latest first."""
    owner = owner_then(period, CatalogEntry, path="entry")
    entries = published(period).annotate(owner=owner).filter(owner__in=department_ids)
    found = [LateUpdate(*row) for row in _select(WORST, period, entries)]
    return sorted(found, key=lambda late: (-late.days_late, late.entry_id))


def _select(
    statement: str, period: Period, entries: QuerySet[EntryRevision]
) -> list[tuple[Any, ...]]:
    first = EntryRevision.objects.filter(entry=OuterRef("entry"), number=1).values("approved_at")
    zone = timezone.get_default_timezone()
    rows = entries.values(
        "entry_id",
        department=owner_then(period, CatalogEntry, path="entry"),
        cycle=KT("content__update_cycle"),
        first_on=TruncDate(Subquery(first), tzinfo=zone),
    )
    sql, parameters = rows.query.sql_with_params()
    rests = _rest_days(period, current_calendar())
    text = GAPS.format(published=sql, updates=DataUpdate._meta.db_table) + statement
    first_unknown = period.last_day + ONE_DAY
    with connection.cursor() as cursor:
        cursor.execute(
            text,
            [
                *(list(JUDGED_DAYS), list(JUDGED_DAYS.values())),
                *(list(rests), list(rests.values())),
                *parameters,
                *(str(zone), period.end, first_unknown, first_unknown, period.first_day),
            ],
        )
        return cursor.fetchall()


def _rest_days(period: Period, calendar: Calendar) -> dict[date, date]:
    """The period's days of rest, each with the working day that follows."""
    days = (period.first_day + n * ONE_DAY for n in range((period.end - period.start).days))
    return {day: next_working_day(day, calendar) for day in days if not calendar.is_working(day)}
