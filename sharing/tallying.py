"""Adding up the record of calls by day, so that charts of years read thousands of rows, not millions.

Whatever is not added up yet is counted from the calls themselves: a job that never ran makes
figures slow, not wrong.
"""

from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from sharing.models import DailyUse, ServiceCall

# A call near midnight may be committed after the day was added up: these are done once more.
ONCE_MORE = timedelta(days=1)
LOCK = 0x51485549  # one worker at a time
GROUP = "authorization_id, service_id, consumer_id, provider_id, outcome"
ADD_UP = f"""
INSERT INTO {DailyUse._meta.db_table} (day, {GROUP}, calls, rows, milliseconds)
SELECT %s, {GROUP}, count(*), sum(rows), sum(milliseconds)
FROM {ServiceCall._meta.db_table} WHERE at >= %s AND at < %s GROUP BY {GROUP}
"""  # noqa: S608 - names of tables and columns only


def tallied_until() -> date | None:
    """The last day that has been added up; None when none has."""
    last: date | None = DailyUse.objects.aggregate(last=Max("day"))["last"]
    return last


def tally() -> int:
    """Adds up the days that are over; idempotent. Returns how many days were done."""
    last = tallied_until()
    first = last - ONCE_MORE if last else _first_day()
    if first is None:
        return 0
    days = (timezone.localdate() - first).days
    for number in range(days):
        tally_day(first + timedelta(days=number))
    return max(days, 0)


@transaction.atomic
def tally_day(day: date) -> None:
    """Adds up one day anew from its calls."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        DailyUse.objects.filter(day=day).delete()
        cursor.execute(ADD_UP, [day, midnight(day), midnight(day + timedelta(days=1))])


def midnight(day: date) -> datetime:
    """When the day begins in Asia/Shanghai."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _first_day() -> date | None:
    earliest = ServiceCall.objects.aggregate(first=Min("at"))["first"]
    return timezone.localdate(earliest) if earliest else None
