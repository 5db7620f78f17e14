"""The entry list and the search at 200,000 entries with two million items, against bare SQL."""

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

import psycopg
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog import facets
from citybrain.organizations.models import User
from tests.benchmarks import entries, state
from tests.benchmarks.results import Result
from tests.benchmarks.runner import say
from tests.benchmarks.timing import in_turns, median
from tests.personas import build_world

MANY, FEW = 200_000, 20_000
SPREAD = 50_000  # entries of many and of few departments
DEPARTMENTS, FEW_DEPARTMENTS = 100, 10
ROUNDS = 15
ALLOWED_MS, TIMES_BARE, MOST_QUERIES = 40, 2.5, 30
SAME = 1.2  # between a user of one department and the bureau
PEOPLE = ("police_cataloguer", "approver")
HOST = "127.0.0.1"  # production answers to its own names alone
# Growth is measured, not computed: what counts as none, and how much the measure itself wavers.
WAVERS = 1.15


@dataclass(frozen=True)
class Page:
    """What one person asks for."""

    name: str
    person: str
    path: str


def pages() -> list[Page]:
    search, own = reverse("catalog:search"), reverse("catalog:own")
    asked = {
        "list": search,
        "list_facets": f"{search}?sharing=2&theme=03&cycle=monthly",
        "list_deep": f"{search}?page=2000",
        "list_by_title": f"{search}?sort=title",
        "search_rare": f"{search}?q=城镇化率",
        "search_two_characters": f"{search}?q=水产",
        "search_one_character": f"{search}?q=水",
        "search_most_entries": f"{search}?q=数据",
        "search_words": f"{search}?q=农业 统计 2019年",
    }
    found = [
        Page(f"{name}.{who}", person, path)
        for who, person in (("department", "police_cataloguer"), ("bureau", "approver"))
        for name, path in asked.items()
    ]
    return [*found, Page("own.department", "police_cataloguer", own)]


def run() -> Sequence[Result]:
    """The entry list and the search at 200,000 entries with two million items, against bare SQL."""
    with ExitStack() as stack:
        many = stack.enter_context(_catalog("benchmark_many", MANY, DEPARTMENTS))
        spread = stack.enter_context(_catalog("benchmark_spread", SPREAD, DEPARTMENTS))
        concentrated = stack.enter_context(
            _catalog("benchmark_concentrated", SPREAD, FEW_DEPARTMENTS)
        )
        few = stack.enter_context(_catalog("benchmark_few", FEW, DEPARTMENTS))
        results = _against_bare(many)
        return [*results, *_growth(many, few), *_growth_with_departments(spread, concentrated)]


@contextmanager
def _catalog(name: str, count: int, departments: int) -> Iterator[str]:
    """A database with the fixed people and `count` entries, spread over `departments`."""
    say(f"   making {count} entries of {departments} departments")
    state.create(name)
    try:
        with state.using(name):
            build_world()
            entries.fill(entries.add_departments(departments), count)
            state.settle()
        yield name
    finally:
        state.drop(name)


def client_of(username: str) -> Client:
    """A client of this process that is signed in as the person, with whom production would talk."""
    client = Client(SERVER_NAME=HOST)
    person = User.objects.get(username=username)
    client.force_login(person)
    return client


def _against_bare(name: str) -> list[Result]:
    """Every page counts anew here, as the first one within a minute does."""
    results, queries = [], {}
    with (
        counting_anew(),
        state.using(name) as url,
        psycopg.connect(url, autocommit=True) as bare,
    ):
        clients = {page.person: client_of(page.person) for page in pages()}
        for page in pages():
            ask = partial(fetch, clients[page.person], page.path)
            asked = statements(ask)
            queries[page.name] = len(asked)
            taken = in_turns({"page": ask, "bare": partial(run_bare, bare, asked)}, rounds=ROUNDS)
            mine, theirs = median(taken["page"]), median(taken["bare"])
            say(
                f"   {page.name}: page {mine:.0f} ms, bare SQL {theirs:.0f} ms, {queries[page.name]} queries"
            )
            results.append(
                Result(
                    f"catalog.{page.name}",
                    max(0.0, mine - ALLOWED_MS) / theirs,
                    f"x bare SQL, after {ALLOWED_MS} ms",
                    TIMES_BARE,
                    "lower",
                )
            )
        results += _for_department_and_bureau(clients)
    most = max(queries.values())
    return [*results, Result("catalog.queries", most, "queries of a page", MOST_QUERIES, "lower")]


def _for_department_and_bureau(clients: dict[str, Client]) -> list[Result]:
    """The same page for a person of one department and for the bureau, asked in turns."""
    paths = dict.fromkeys(page.path for page in pages() if page.person == "approver")
    differ = []
    for path in paths:
        asked = {person: partial(fetch, clients[person], path) for person in PEOPLE}
        taken = in_turns(asked, rounds=ROUNDS)
        one, other = (median(taken[person]) for person in PEOPLE)
        differ.append(max(one, other) / min(one, other))
    return [
        Result(
            "catalog.department_and_bureau",
            max(differ),
            "x between the two, the page where they differ most",
            SAME,
            "lower",
        )
    ]


def fetch(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    assert b"<tr>" in response.content, f"{path} lists nothing"


def statements(ask: Callable[[], None]) -> list[str]:
    """The SQL of a page as it was sent, values included, when the process has warmed up."""
    ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
    return [query["sql"] for query in captured.captured_queries]


def run_bare(bare: psycopg.Connection, asked: Sequence[str]) -> None:
    with bare.cursor() as cursor:
        for statement in asked:
            cursor.execute(statement)
            if cursor.description is not None:
                cursor.fetchall()


@contextmanager
def counting_anew() -> Iterator[None]:
    """No counts of facets are kept."""
    kept_from, facets.KEPT_FROM = facets.KEPT_FROM, sys.maxsize
    cache.clear()
    try:
        yield
    finally:
        facets.KEPT_FROM = kept_from


def _growth_with_departments(spread: str, concentrated: str) -> list[Result]:
    """With departments the list's time must not grow, even for whoever counts anew."""
    with counting_anew():
        anew = _list_times(spread, concentrated)
    return [
        Result(
            "catalog.growth_with_departments",
            anew[spread] / anew[concentrated],
            f"x the time at {FEW_DEPARTMENTS} departments, at {DEPARTMENTS}",
            WAVERS,
            "lower",
        )
    ]


def _growth(many: str, few: str) -> list[Result]:
    """How the list's time depends on how many entries there are.

    Counting grows as they do, which is why it is kept; the others' time may grow as log n.
    """
    with counting_anew():
        anew = _list_times(many, few)
    say(f"   counting anew: {anew[few]:.0f} ms at {FEW} entries, {anew[many]:.0f} ms at {MANY}")
    kept = _list_times(many, few)
    say(f"   with counts kept: {kept[few]:.0f} ms at {FEW} entries, {kept[many]:.0f} ms at {MANY}")
    return [
        Result(
            "catalog.growth_with_entries",
            kept[many] / kept[few],
            f"x the time at {FEW} entries, at {MANY}",
            WAVERS * math.log(MANY) / math.log(FEW),
            "lower",
        ),
    ]


def _list_times(*names: str) -> dict[str, float]:
    """Milliseconds of the list in each database, asked in turns."""
    path = reverse("catalog:search")
    taken: dict[str, list[float]] = {name: [] for name in names}
    for place in range(ROUNDS + 1):
        for name in names:
            with state.using(name):
                client = client_of("police_cataloguer")
                once = in_turns({name: partial(fetch, client, path)}, rounds=1)[name]
                taken[name] += once if place else []
    return {name: median(values) for name, values in taken.items()}
