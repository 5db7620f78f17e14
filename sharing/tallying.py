"""Adding up the record of calls by day, so that charts of years read thousands of rows, not millions.

Whatever is not added up yet is counted from the calls themselves: a job that never ran makes
figures slow, not wrong.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from sharing.models import DailyUse, OpenCall, OpenDailyUse, ServiceCall

# A call near midnight may be committed after the day was added up: these are done once more.
ONCE_MORE = timedelta(days=1)
ADD_UP = """
INSERT INTO {daily} (day, {group}, calls, rows, milliseconds)
SELECT %s, {group}, count(*), sum(rows), sum(milliseconds)
FROM {calls} WHERE at >= %s AND at < %s GROUP BY {group}
"""


@dataclass(frozen=True)
class Ledger:
    """A record of calls and the table of its days; `group` are the columns that both have.

    `lock` lets one worker at a time add up.
    """

    calls: Any
    daily: Any
    group: str
    lock: int

    def tallied_until(self) -> date | None:
        """The last day that has been added up; None when none has."""
        last: date | None = self.daily.objects.aggregate(last=Max("day"))["last"]
        return last

    def tally(self) -> int:
        """Adds up the days that are over; idempotent. Returns how many days were done."""
        last = self.tallied_until()
        first = last - ONCE_MORE if last else self._first_day()
        if first is None:
            return 0
        days = (timezone.localdate() - first).days
        for number in range(days):
            self.tally_day(first + timedelta(days=number))
        return max(days, 0)

    @transaction.atomic
    def tally_day(self, day: date) -> None:
        """Adds up one day anew from its calls."""
        statement = ADD_UP.format(
            daily=self.daily._meta.db_table, calls=self.calls._meta.db_table, group=self.group
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [self.lock])
            self.daily.objects.filter(day=day).delete()
            cursor.execute(statement, [day, midnight(day), midnight(day + timedelta(days=1))])

    def _first_day(self) -> date | None:
        earliest = self.calls.objects.aggregate(first=Min("at"))["first"]
        return timezone.localdate(earliest) if earliest else None


def midnight(day: date) -> datetime:
    """When the day begins in Asia/Shanghai."""
    return timezone.make_aware(datetime.combine(day, time.min))


SHARED = Ledger(
    ServiceCall,
    DailyUse,
    "authorization_id, service_id, consumer_id, provider_id, outcome",
    0x51485549,
)
OPENED = Ledger(OpenCall, OpenDailyUse, "key_id, entry_id, outcome", 0x51485550)
