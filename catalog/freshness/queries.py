"""Which published entries are due to be refreshed, by the cycle that they declare (SC-18).

The clock runs from the last update of the data, or from the publication where there was none. The
next update is due when the cycle has passed, on the next working day if that is a day of rest. The
evaluation judges by the same days (JUDGED_DAYS).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, DateField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, TruncDate

from catalog.choices import JUDGED_DAYS, EntryState
from catalog.models import CatalogEntry
from catalog.policies import FOLLOWERS
from citybrain.duties.calendar import next_working_day, working_days_between, working_days_late
from citybrain.duties.loader import current_calendar
from citybrain.organizations.actors import Actor

# How long before it is due an update is announced, in days; never longer than a third of the cycle.
MOST_AHEAD = 7


@dataclass(frozen=True)
class Due:
    """An entry and when its data is due; working days, negative when it is late."""

    entry: CatalogEntry
    since: date
    due_on: date
    days_left: int

    @property
    def days_late(self) -> int:
        return max(-self.days_left, 0)


def ahead(cycle: str) -> int:
    """How many days before it is due an update of this cycle is announced."""
    return min(MOST_AHEAD, JUDGED_DAYS[cycle] // 3)


def due_around(today: date) -> QuerySet[CatalogEntry]:
    """Published entries whose cycle has ended or is about to, the most overdue first.

    `counted_from` is the day from which the cycle runs.
    """
    ended = Q()
    for cycle, days in JUDGED_DAYS.items():
        first = today - timedelta(days=days - ahead(cycle))
        ended |= Q(update_cycle=cycle, counted_from__lte=first)
    length = Case(
        *(When(update_cycle=cycle, then=Value(days)) for cycle, days in JUDGED_DAYS.items()),
        default=Value(0),
    )
    return (
        CatalogEntry.objects.filter(state=EntryState.PUBLISHED)
        .annotate(
            counted_from=Coalesce(
                TruncDate("data_updated_at"), F("published_on"), output_field=DateField()
            )
        )
        .filter(ended)
        .select_related("department")
        .defer("search", "summary")
        .order_by(F("counted_from") + length, "title_pinyin", "pk")
    )


def readable(actor: Actor, today: date) -> QuerySet[CatalogEntry]:
    """Of `due_around`, the entries of departments whose catalog the actor follows."""
    seen = Q(pk__in=())
    for permission in FOLLOWERS:
        seen |= actor.scope(permission).q()
    return due_around(today).filter(seen)


def judged(entries: Iterable[CatalogEntry], today: date) -> list[Due]:
    """When each entry of `due_around` is due, rest days included."""
    calendar = current_calendar()
    found = []
    for entry in entries:
        since: date = entry.counted_from  # type: ignore[attr-defined]
        due_on = since + timedelta(days=JUDGED_DAYS[entry.update_cycle])
        if not calendar.is_working(due_on):
            due_on = next_working_day(due_on, calendar)
        late = working_days_late(due_on, today, calendar)
        left = -late if late else working_days_between(today, due_on, calendar)
        found.append(Due(entry, since, due_on, left))
    return found
