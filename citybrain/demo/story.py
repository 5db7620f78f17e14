"""The order of events: what happens when, kept in one queue and played from its beginning."""

import heapq
import itertools
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from citybrain.audit import sealing
from citybrain.demo.cast import Cast
from citybrain.demo.clock import DemoClock
from citybrain.demo.content import Content
from citybrain.duties.calendar import add_working_days, next_working_day
from citybrain.duties.loader import current_calendar
from citybrain.notices import services as notices
from citybrain.refusals import Conflict

SEED = 20250101
# So long ago nobody looks any more at which day somebody was reminded, or at each day's mail.
DAILY = timedelta(days=20)
REMINDED_ON = (0, 3)  # Mondays and Thursdays
DIGEST_ON = 5  # of the month


class Story:
    """Events in order of time. The same content and the same end give the same story."""

    def __init__(self, *, content: Content, cast: Cast, begins: date, ends: datetime) -> None:
        self.content = content
        self.cast = cast
        self.ends = ends
        self.random = random.Random(SEED)  # noqa: S311 - reproducible, nothing secret
        self.clock = DemoClock(at(begins, 8))
        self._queue: list[tuple[datetime, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self._calendar = current_calendar(fresh=True)

    @property
    def now(self) -> datetime:
        return self.clock.now

    def on(self, when: datetime, do: Callable[[], object]) -> None:
        """Plans `do` for that moment; what would come after the end of the story is left out."""
        if when <= self.ends:
            heapq.heappush(self._queue, (when, next(self._order), do))

    def after(self, working_days: int, do: Callable[[], object]) -> None:
        """Plans `do` so many working days from now, at some minute of the working day."""
        day = timezone.localdate(self.now)
        if working_days:
            day = add_working_days(day, working_days, self._calendar)
            self.on(self.working_hour(day), do)
        else:
            self.on(self.now + timedelta(minutes=self.random.randint(5, 50)), do)

    def working_hour(self, day: date) -> datetime:
        """A moment of the working day `day`, or of the next one when it is a day of rest."""
        if not self._calendar.is_working(day):
            day = next_working_day(day, self._calendar)
        return at(day, 9, self.random.randint(0, 450))

    def play(self) -> None:
        """Plays every event in turn, with the daily and monthly work of the portal between them."""
        self._plan_upkeep()
        while self._queue:
            when, _number, do = heapq.heappop(self._queue)
            self.clock.now = when
            with suppress(Conflict):  # whoever asks twice or comes too late is told so and goes
                do()
        self.clock.now = self.ends

    def _plan_upkeep(self) -> None:
        day = timezone.localdate(self.now)
        last = timezone.localdate(self.ends)
        while day <= last:
            recent = last - day < DAILY
            if self._calendar.is_working(day) and (recent or day.weekday() in REMINDED_ON):
                self.on(at(day, 8, 5), notices.remind)
            if (recent and self._calendar.is_working(day)) or day.day == DIGEST_ON:
                self.on(at(day, 8, 30), notices.deliver_digests)
            if day.day == 1:
                self.on(at(day, 1), sealing.seal_all)
            day += timedelta(days=1)


def at(day: date, hour: int, minutes: int = 0) -> datetime:
    """That day at `hour` o'clock plus `minutes`, in the portal's time zone."""
    moment = datetime.combine(day, time(hour), tzinfo=timezone.get_default_timezone())
    return moment + timedelta(minutes=minutes)
