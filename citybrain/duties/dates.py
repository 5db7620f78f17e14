"""What a duty's dates are, from its rule, its pause and its extension. Pure but for the models."""

from datetime import date

from citybrain.duties.calendar import Calendar, add_working_days, working_days_between
from citybrain.duties.models import Duty


def original_due_on(duty: Duty, calendar: Calendar) -> date:
    """The last day as the rule alone gives it, without pause and extension."""
    return add_working_days(duty.starts_on, duty.days, calendar)


def due_on(duty: Duty, calendar: Calendar) -> date:
    """The last day: the rule's days, those extended, and those for which the clock stood.

    The clock stands for the working days after `paused_on` up to `resumed_on`: the day on which
    the applicant is told still counts, the day on which the supplement arrives does not, as with
    any receipt. What was left at the pause is left after it.
    """
    stood = 0
    if duty.paused_on is not None and duty.resumed_on is not None:
        stood = working_days_between(duty.paused_on, duty.resumed_on, calendar)
    return add_working_days(duty.starts_on, duty.days + duty.extended_days + stood, calendar)


def set_dates(duty: Duty, calendar: Calendar) -> None:
    """Works the duty's dates out anew, in memory."""
    duty.original_due_on = original_due_on(duty, calendar)
    duty.due_on = due_on(duty, calendar)
    duty.provisional = calendar.is_provisional(duty.starts_on, duty.due_on)
