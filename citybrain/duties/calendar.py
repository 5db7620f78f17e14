"""Working-day arithmetic: pure functions over a frozen calendar, no database, no clock.

Weekends rest, except where the State Council's yearly notice says otherwise (放假 and 调休). A year
whose notice is not known yet is answered with its statutory holidays and is provisional; no date
raises.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import holidays

ONE_DAY = timedelta(days=1)


class SpecialDay(NamedTuple):
    """What a notice says of one day: worked or off, and for which festival."""

    working: bool
    name: str


@lru_cache(maxsize=128)
def statutory_days(year: int) -> Mapping[date, SpecialDay]:
    """The holidays that 《全国年节及纪念日放假办法》 gives `year`, substitute days included.

    For years long past the library also knows the days exchanged by notice; they are included.
    """
    library = holidays.China(years=year, language="zh_CN")
    days = {day: SpecialDay(False, name) for day, name in library.items() if day.year == year}
    days |= {
        day: SpecialDay(True, "调休上班") for day in library.weekend_workdays if day.year == year
    }
    return MappingProxyType(days)


@dataclass(frozen=True)
class Calendar:
    """`special` holds the days named by the notices of the `announced` years."""

    special: Mapping[date, SpecialDay]
    announced: frozenset[int]
    _years: dict[int, tuple[date, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def special_day(self, day: date) -> SpecialDay | None:
        """What is special about the day: by notice, else by statute while no notice is known."""
        named = self.special.get(day)
        if named is None and day.year not in self.announced:
            return statutory_days(day.year).get(day)
        return named

    def is_working(self, day: date) -> bool:
        special = self.special_day(day)
        return day.weekday() < 5 if special is None else special.working

    def is_provisional(self, start: date, end: date) -> bool:
        """Whether an answer about the days from `start` to `end` rests on an unannounced year."""
        return any(year not in self.announced for year in range(start.year, end.year + 1))

    def working_days_of(self, year: int) -> tuple[date, ...]:
        """The year's working days in order; worked out once per calendar."""
        found = self._years.get(year)
        if found is None:
            first = date(year, 1, 1)
            length = (date(year, 12, 31) - first).days + 1
            days = (first + offset * ONE_DAY for offset in range(length))
            found = self._years[year] = tuple(day for day in days if self.is_working(day))
        return found


def add_working_days(start: date, days: int, calendar: Calendar) -> date:
    """The `days`-th working day (at least 1) after `start`.

    The day of receipt does not count, counting starts the next day, and the last day is always a
    working day (民法典 201, 203). Raises ValueError for less than one day.
    """
    if days < 1:
        raise ValueError("a time limit has at least one working day")
    year = start.year
    working = calendar.working_days_of(year)
    position = bisect_right(working, start) + days - 1
    while position >= len(working):
        position -= len(working)
        year += 1
        working = calendar.working_days_of(year)
    return working[position]


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """How many working days lie after `start` and up to `end`, `end` included.

    Negative when `end` is before `start`.
    """
    if end < start:
        return -working_days_between(end, start, calendar)
    whole_years = sum(len(calendar.working_days_of(year)) for year in range(start.year, end.year))
    return (
        whole_years
        + bisect_right(calendar.working_days_of(end.year), end)
        - bisect_right(calendar.working_days_of(start.year), start)
    )


def working_days_late(due_on: date, day: date, calendar: Calendar) -> int:
    """How many working days `day` is after `due_on`; 0 when it is not after.

    A rest day counts as part of the working day that follows, so nothing late is 0 days late.
    """
    if day <= due_on:
        return 0
    return working_days_between(due_on, day, calendar) + (not calendar.is_working(day))


def next_working_day(day: date, calendar: Calendar) -> date:
    """The first working day after `day`."""
    return add_working_days(day, 1, calendar)
