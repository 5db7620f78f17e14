"""The months in which the record of calls is kept: made ahead, and for what came too early.

The partitions and the function that makes one are in migration 0011. A call that finds no month is
kept in the rest meanwhile, so that this job may be late without anything being lost.
"""

from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

AHEAD = 3  # months
WAITING = """
SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'Asia/Shanghai')::date
FROM sharing_servicecall_rest
"""


def make_ahead() -> int:
    """Makes the present month, those ahead, and those of calls in the rest; returns how many."""
    months, first = [], timezone.localdate().replace(day=1)
    for _number in range(AHEAD + 1):
        months.append(first)
        first = (first + timedelta(days=32)).replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        months += [day for (day,) in cursor.fetchall()]
    return sum(make(day) for day in sorted(set(months)))


def make(day: date) -> bool:
    """Makes the month of the day; False when it was there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sharing_call_partition(%s)", [day])
        (made,) = cursor.fetchone()
    return bool(made)
