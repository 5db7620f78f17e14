"""10,000 applications that wait for one department: the worklist of its head."""

import itertools
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import partial

import psycopg
from django.utils import timezone

from catalog.models import CatalogEntry
from citybrain.duties.models import Duty
from sharing.choices import ApplicationState
from sharing.models import ShareApplication
from tests import scenes
from tests.benchmarks import entries, state
from tests.benchmarks.catalog import ALLOWED_MS, TIMES_BARE, client_of, fetch, run_bare, statements
from tests.benchmarks.results import Result
from tests.benchmarks.runner import say
from tests.benchmarks.timing import in_turns, median
from tests.personas import World, build_world

OPEN, ACROSS, ROUNDS = 10_000, 100, 9
PERSON, PATH = "police_head", "/"  # all of them wait for this head


def run() -> Sequence[Result]:
    """The worklist with 10,000 open applications, against its bare SQL."""
    with ExitStack() as stack:
        url = stack.enter_context(state.fresh_database())
        world = build_world()
        _fill(world)
        state.settle()
        bare = stack.enter_context(psycopg.connect(url, autocommit=True))
        return [_measure("worklist.provider", bare, world.people[PERSON].username, PATH)]


def _measure(name: str, bare: psycopg.Connection, username: str, path: str) -> Result:
    ask = partial(fetch, client_of(username), path)
    asked = statements(ask)
    taken = in_turns({"page": ask, "bare": partial(run_bare, bare, asked)}, rounds=ROUNDS)
    mine, theirs = median(taken["page"]), median(taken["bare"])
    say(f"   {name}: page {mine:.0f} ms, bare SQL {theirs:.0f} ms, {len(asked)} queries")
    unit = f"x bare SQL, after {ALLOWED_MS} ms"
    return Result(name, max(0.0, mine - ALLOWED_MS) / theirs, unit, TIMES_BARE, "lower")


def _fill(world: World) -> None:
    """One application and copies of it: 100 departments ask for 100 entries, each under a clock."""
    all_of_them = entries.add_departments(ACROSS + 1)
    departments = [one for one in all_of_them if one != world.police]
    entries.fill(departments, ACROSS)
    asked_for = list(CatalogEntry.objects.values_list("pk", flat=True))
    pattern = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    assert pattern.state == ApplicationState.ANSWERING
    duty = Duty.objects.open().of(pattern).get()
    values = _values(pattern, "id", "number", "department_id", "entry_id")
    pairs = itertools.islice(itertools.product(departments, asked_for), OPEN - 1)
    made = ShareApplication.objects.bulk_create(
        ShareApplication(**values, number=f"SQ-{n:05}", department=department, entry_id=entry)
        for n, (department, entry) in enumerate(pairs)
    )
    clock = _values(duty, "id", "subject_id", "starts_on", "original_due_on", "due_on")
    today = timezone.localdate()
    for row in made:
        clock_of = today + timedelta(days=row.pk * 37 % 20 - 5)
        clock["original_due_on"] = clock["due_on"] = clock_of
        clock["starts_on"] = clock_of - timedelta(days=14)
        Duty.objects.create(subject_id=row.pk, **clock)


def _values(row: ShareApplication | Duty, *without: str) -> dict[str, object]:
    names = {field.attname for field in row._meta.concrete_fields} - set(without)
    return {name: getattr(row, name) for name in names}
