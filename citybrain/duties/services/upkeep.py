"""What keeps duties true without anybody asking: due dates after the calendar changed, breaches.

Both look at the rows alone, so running them again, late or twice does no harm: a duty opened in the
moment in which a year is announced is put right by the next run.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from citybrain.audit.services import build, record_many
from citybrain.duties.calendar import Calendar
from citybrain.duties.dates import set_dates
from citybrain.duties.loader import current_calendar
from citybrain.duties.models import Duty
from citybrain.organizations.actors import Actor, system_actor

DATES = ("original_due_on", "due_on", "provisional", "breached_on")


@dataclass(frozen=True)
class DueChange:
    """An open duty whose last day moved, or whose provisional mark fell or came."""

    duty: Duty
    old_due_on: date
    new_due_on: date


@transaction.atomic
def recompute(
    *, actor: Actor, year: int | None = None, today: date | None = None
) -> list[DueChange]:
    """Brings the dates of open duties in line with the calendar; returns those that changed.

    With `year` only duties whose time touches that year's notice are looked at. A duty that was
    breached by its old last day and is not by its new one is no longer breached.
    """
    today = today or timezone.localdate()
    calendar = current_calendar(fresh=True)
    candidates = Duty.objects.open()
    if year is not None:
        # A notice may name days of the December before.
        candidates = candidates.filter(
            starts_on__lte=date(year, 12, 31), due_on__gte=date(year - 1, 12, 1)
        )
    wrong = [duty.pk for duty in candidates.iterator() if _realign(duty, calendar, today)]
    changes: list[DueChange] = []
    for duty in _locked(Duty.objects.filter(pk__in=wrong).open()):
        old = duty.due_on
        if _realign(duty, calendar, today):
            changes.append(DueChange(duty, old, duty.due_on))
    _save_dates([change.duty for change in changes])
    record_many(
        [
            build(
                "duties.recomputed",
                actor=actor,
                subject=change.duty,
                department=change.duty.department,
                data={
                    "rule": change.duty.rule,
                    "old": change.old_due_on,
                    "new": change.new_due_on,
                    "provisional": change.duty.provisional,
                },
            )
            for change in changes
        ]
    )
    return changes


@transaction.atomic
def mark_breaches(today: date | None = None, *, actor: Actor | None = None) -> list[Duty]:
    """Marks running duties whose last day has passed; returns those newly marked.

    Due dates are brought in line with the calendar first. Every duty is returned once in its
    life, however often and by however many processes this is called.
    """
    today = today or timezone.localdate()
    actor = actor or system_actor()
    recompute(actor=actor, today=today)
    breached = list(_locked(Duty.objects.overdue(today).filter(breached_on__isnull=True)))
    for duty in breached:
        duty.breached_on = duty.due_on + timedelta(days=1)
    _save_dates(breached)
    record_many(
        [
            build(
                "duties.breached",
                actor=actor,
                subject=duty,
                department=duty.department,
                data={"rule": duty.rule, "due_on": duty.due_on},
            )
            for duty in breached
        ]
    )
    return breached


def _locked(duties: QuerySet[Duty]) -> QuerySet[Duty]:
    return duties.select_related("department").select_for_update(of=("self",)).order_by("pk")


def _realign(duty: Duty, calendar: Calendar, today: date) -> bool:
    """Works the dates out in memory; whether any of them is not what the row says."""
    before = [getattr(duty, name) for name in DATES]
    set_dates(duty, calendar)
    lapsed = not duty.is_paused and duty.due_on < today
    if duty.breached_on is not None:
        duty.breached_on = duty.due_on + timedelta(days=1) if lapsed else None
    return before != [getattr(duty, name) for name in DATES]


def _save_dates(duties: Iterable[Duty]) -> None:
    """One statement for all duties that share their dates: there are few dates and many duties."""
    same: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for duty in duties:
        same[tuple(getattr(duty, name) for name in DATES)].append(duty.pk)
    for values, pks in same.items():
        Duty.objects.filter(pk__in=pks).update(**dict(zip(DATES, values, strict=True)))
