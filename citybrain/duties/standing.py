"""Where one duty stands on a day, worked out from its dates; nothing here is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from citybrain.duties.calendar import Calendar, working_days_between, working_days_late
from citybrain.duties.choices import SOON_DAYS, DutyState
from citybrain.duties.dates import last_counted_day
from citybrain.duties.loader import current_calendar
from citybrain.ui import Deadline, DeadlineState

if TYPE_CHECKING:
    from citybrain.duties.models import Duty

DRAWN_AS: dict[DutyState, DeadlineState] = {
    DutyState.DUE: "due",
    DutyState.SOON: "soon",
    DutyState.TODAY: "today",
    DutyState.OVERDUE: "overdue",
    DutyState.PAUSED: "paused",
    DutyState.DONE: "done",
    DutyState.LATE: "done",
    DutyState.CANCELLED: "done",
}


@dataclass(frozen=True)
class Standing:
    """Where a duty stands, and the working days left (0 on the last day, negative when late).

    For a paused duty the days are those left when the clock stopped, for a fulfilled one how late
    it was, for a cancelled one 0.
    """

    state: DutyState
    days_left: int


def standing_of(
    duty: Duty, today: date | None = None, calendar: Calendar | None = None
) -> Standing:
    """Where the duty stands today (Asia/Shanghai unless `today` is given).

    Pass `calendar` (from current_calendar) when asking for many duties outside a web request:
    there each call without it costs a query.
    """
    if duty.fulfilled_at is not None:
        state = DutyState.DONE if duty.breached_on is None else DutyState.LATE
        return Standing(state, -duty.late_days)
    if duty.cancelled_at is not None:
        return Standing(DutyState.CANCELLED, 0)
    calendar = calendar or current_calendar()
    if duty.is_paused and duty.paused_on is not None:
        counted = last_counted_day(duty.starts_on, duty.paused_on)
        left = working_days_between(counted, duty.due_on, calendar)
        return Standing(DutyState.PAUSED, left)
    today = today or timezone.localdate()
    if duty.due_on < today:
        return Standing(DutyState.OVERDUE, -working_days_late(duty.due_on, today, calendar))
    if duty.due_on == today:
        return Standing(DutyState.TODAY, 0)
    left = working_days_between(today, duty.due_on, calendar)
    return Standing(DutyState.SOON if left <= SOON_DAYS else DutyState.DUE, left)


def state_of(duty: Duty, today: date | None = None, calendar: Calendar | None = None) -> DutyState:
    """The state of `standing_of`."""
    return standing_of(duty, today, calendar).state


def days_left(duty: Duty, today: date | None = None, calendar: Calendar | None = None) -> int:
    """The working days of `standing_of`."""
    return standing_of(duty, today, calendar).days_left


def days_used(duty: Duty, today: date | None = None, calendar: Calendar | None = None) -> int:
    """The working days that have counted until it ended, or until today; pauses do not count."""
    calendar = calendar or current_calendar()
    ended = duty.fulfilled_at or duty.cancelled_at
    until = timezone.localdate(ended) if ended else today or timezone.localdate()
    stood = 0
    if duty.paused_on is not None:
        counted = last_counted_day(duty.starts_on, duty.paused_on)
        again = duty.resumed_on or until
        stood = max(working_days_between(counted, again, calendar), 0)
    return max(working_days_between(duty.starts_on, until, calendar) - stood, 0)


def deadline_of(
    duty: Duty, today: date | None = None, calendar: Calendar | None = None
) -> Deadline:
    """The duty as `{% deadline %}` draws it."""
    standing = standing_of(duty, today, calendar)
    rule = duty.definition
    return Deadline(
        label=standing.state.label,
        due_on=duty.due_on,
        days_left=standing.days_left,
        state=DRAWN_AS[standing.state],
        provisional=duty.provisional and duty.is_open,
        rule_label=rule.label,
        basis=rule.basis,
    )
