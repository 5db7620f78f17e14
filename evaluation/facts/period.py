"""The year that is reported on, and the instant up to which its records are read.

Everything in this package filters by these two, so that a year read again gives the same facts
whatever has been recorded since.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone


@dataclass(frozen=True)
class Period:
    """A calendar year in the portal's time zone, read as of `compiled_at`, a midnight.

    What belongs to the year lies before `end`; what became of it is followed until `compiled_at`.
    """

    year: int
    compiled_at: datetime

    def __post_init__(self) -> None:
        # The database gives instants in UTC, where this midnight lies on the day before.
        here = self.compiled_at.astimezone(timezone.get_default_timezone())
        object.__setattr__(self, "compiled_at", here)
        if self.compiled_at <= self.start:
            raise ValueError(f"nothing of {self.year} has happened by {self.compiled_at}")

    @property
    def start(self) -> datetime:
        return midnight(date(self.year, 1, 1))

    @property
    def end(self) -> datetime:
        """The first instant that does not belong to it: the year's end, or earlier if it runs."""
        return min(midnight(date(self.year + 1, 1, 1)), self.compiled_at)

    @property
    def first_day(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        """The last whole day that belongs to it."""
        return local_day(self.end) - timedelta(days=1)

    @property
    def day_after(self) -> date:
        """The day that begins at `compiled_at`: a limit that ended before it has passed."""
        return local_day(self.compiled_at)


def due_at(year: int) -> datetime:
    """When the report on `year` is compiled: 5 January of the next year, midnight."""
    return midnight(date(year + 1, 1, 5))


def period_of(year: int, now: datetime) -> Period:
    """The period of a report on `year` that is asked for at `now`.

    A year whose report is due is read as of the due instant, whenever that is done; one that still
    runs as of the midnight before. Raises ValueError for a year that has not begun yet.
    """
    return Period(year, min(due_at(year), midnight(local_day(now))))


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def local_day(moment: datetime) -> date:
    return moment.astimezone(timezone.get_default_timezone()).date()
