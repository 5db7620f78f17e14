"""What a duty's dates are, from its rule, its pause and its extension."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from citybrain.duties.calendar import ONE_DAY, Calendar, add_working_days, working_days_between

if TYPE_CHECKING:
    from citybrain.duties.models import Duty


def original_due_on(duty: Duty, calendar: Calendar) -> date:
    """The last day as the rule alone gives it, without pause and extension."""
    return add_working_days(duty.starts_on, duty.days, calendar)


def last_counted_day(starts_on: date, paused_on: date) -> date:
    """The day after which the clock stands.

    It stands from the day on which the applicant is told what is missing to the day on which the
    supplement arrives, both included: neither counts, as no day of receipt does. So whoever asks
    on the last day still has one working day when the supplement has come.
    """
    return max(paused_on - ONE_DAY, starts_on)


def due_on(duty: Duty, calendar: Calendar) -> date:
    """The last day: the rule's days, those extended, and those for which the clock stood."""
    stood = 0
    if duty.paused_on is not None and duty.resumed_on is not None:
        counted = last_counted_day(duty.starts_on, duty.paused_on)
        stood = working_days_between(counted, duty.resumed_on, calendar)
    return add_working_days(duty.starts_on, duty.days + duty.extended_days + stood, calendar)


def set_dates(duty: Duty, calendar: Calendar) -> None:
    """Works the duty's dates out anew, in memory."""
    duty.original_due_on = original_due_on(duty, calendar)
    duty.due_on = due_on(duty, calendar)
    duty.provisional = calendar.is_provisional(duty.starts_on, duty.due_on)
