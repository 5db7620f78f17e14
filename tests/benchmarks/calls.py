"""Twenty million calls of three years: charts from the roll-ups, and pages of the record itself."""

import os
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from sharing import calls, months, tallying, usage
from sharing.models import DailyUse, ServiceCall
from tests import scenes
from tests.benchmarks import state
from tests.benchmarks.results import Result
from tests.benchmarks.runner import say
from tests.benchmarks.timing import in_turns, median
from tests.personas import World, build_world
from tests.sharing.using import more_authorizations

CALLS = int(os.environ.get("BENCHMARK_CALLS", "20000000"))
YEARS = timedelta(days=3 * 365)
GRANTS, ROUNDS = 200, 7
# Every call of the three years as far apart as the next; who, what and how it ended at random.
FILL = """
INSERT INTO sharing_servicecall (at, outcome, status, way, authorization_id, service_id,
    consumer_id, provider_id, items, rows, milliseconds, ip, request_id)
SELECT %(first)s::timestamptz + n * %(apart)s::interval,
    (ARRAY['served','served','served','served','over_quota','bad_request'])[1 + n %% 6], 200,
    'interface', (%(grants)s::bigint[])[1 + (n * 7919) %% 200], %(service)s,
    (%(consumers)s::bigint[])[1 + (n * 31) %% 4], %(provider)s, ARRAY['登记编号'], n %% 50, n %% 40,
    '10.46.2.11', ''
FROM generate_series(%(from)s::bigint, %(to)s::bigint) n
"""
DIFFERENT = """
SELECT count(*) FROM (
    SELECT (at AT TIME ZONE 'Asia/Shanghai')::date AS day, authorization_id, consumer_id, outcome,
        count(*) AS calls, sum(rows) AS rows, sum(milliseconds) AS milliseconds
    FROM sharing_servicecall WHERE at < %s GROUP BY 1, 2, 3, 4
) raw FULL JOIN (
    SELECT day, authorization_id, consumer_id, outcome,
        sum(calls) AS calls, sum(rows) AS rows, sum(milliseconds) AS milliseconds
    FROM sharing_dailyuse GROUP BY 1, 2, 3, 4
) added USING (day, authorization_id, consumer_id, outcome)
WHERE (raw.calls, raw.rows, raw.milliseconds)
    IS DISTINCT FROM (added.calls, added.rows, added.milliseconds)
"""
PORTION = 1_000_000


def run() -> Sequence[Result]:
    """The record of calls at 20 million: a department's monthly chart, and pages of the record."""
    with state.fresh_database():
        world = build_world()
        _fill(world)
        days = tallying.SHARED.tally()
        state.settle()
        with connection.cursor() as cursor:
            cursor.execute(DIFFERENT, [tallying.midnight(timezone.localdate())])
            (different,) = cursor.fetchone()
        say(f"   {CALLS:,} calls, {days} days added up to {DailyUse.objects.count():,} rows")
        return [
            Result("calls.different", different, "rows that do not match the calls", 0, "lower"),
            *_measure(world),
        ]


def _fill(world: World) -> None:
    entry = scenes.a_hosted_entry(world)
    granted = scenes.an_authorization(world, entry)
    more_authorizations(granted, GRANTS - 1)
    first = timezone.now() - YEARS
    for number in range(38):
        months.make(timezone.localdate(first) + timedelta(days=29 * number + 1))
    months.make(timezone.localdate(first))
    with connection.cursor() as cursor:
        for begin in range(0, CALLS, PORTION):
            cursor.execute(
                FILL,
                {
                    "first": first,
                    "apart": YEARS / CALLS,
                    "grants": list(type(granted).objects.values_list("pk", flat=True)),
                    "service": None,
                    "consumers": [
                        one.pk for one in (world.health, world.water, world.bureau, world.city)
                    ],
                    "provider": world.police.pk,
                    "from": begin,
                    "to": min(begin + PORTION, CALLS) - 1,
                },
            )


def _measure(world: World) -> list[Result]:
    mine, period = Q(consumer=world.health), usage.Period.months(36)
    rows = ServiceCall.objects.filter(mine)
    grant = rows.latest("at").authorization_id
    found = in_turns(
        {
            "chart": lambda: usage.use_of(mine, period),
            "newest": lambda: calls.portion(calls.with_names(rows)),
            "refused": lambda: calls.portion(
                calls.with_names(rows.filter(calls.ended(calls.REFUSED), authorization=grant))
            ),
        },
        rounds=ROUNDS,
    )
    limits = {"chart": 150, "newest": 150, "refused": 250}
    return [
        Result(f"calls.{name}", median(found[name]), "ms", limit, "lower")
        for name, limit in limits.items()
    ]
