"""A slow second opinion on working days: one day after the other, asking the library each time.

It shares no code with the portal. Years without a notice are given as plain sets of dates.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

import chinese_calendar

IsWorking = Callable[[date], bool]


@cache
def worked(day: date) -> bool:
    """The State Council's calendar, 2004 to 2026."""
    return bool(chinese_calendar.is_workday(day))


@cache
def last_day(
    start: date,
    days: int,
    *,
    stood: tuple[date, date] | None = None,
    is_working: IsWorking = worked,
) -> date:
    """Counts `days` working days from the day after `start`.

    While the clock stood, from `stood[0]` to `stood[1]`, nothing counts.
    """
    day = start
    while days:
        day += timedelta(days=1)
        standing = stood is not None and stood[0] <= day <= stood[1]
        if is_working(day) and not standing:
            days -= 1
    return day


@cache
def working_days(start: date, end: date, is_working: IsWorking = worked) -> int:
    """Counts the working days after `start` up to `end`."""
    found = 0
    day = start
    while day < end:
        day += timedelta(days=1)
        found += is_working(day)
    return found
