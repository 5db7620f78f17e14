"""How many queries each page takes: every address of the permission matrix that is asked by GET."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.benchmarks import state
from tests.benchmarks.catalog import MOST_QUERIES, client_of
from tests.benchmarks.results import Result
from tests.benchmarks.runner import say
from tests.permissions.rows import Row
from tests.permissions.test_matrix import ROWS
from tests.personas import World, build_world

BUREAU = ("approver", "coordinator", "evaluator", "admin")
SHOWN = 5


def run() -> Sequence[Result]:
    """How many queries the pages of the portal take, for a department and for the bureau."""
    with state.fresh_database():
        world = build_world()
        clients = {key: client_of(person.username) for key, person in world.people.items()}
        counted = {
            f"{row.name}{row.note}, {key}": _queries(row, world, clients[key])
            for row in ROWS
            if row.method == "get" and not row.is_api
            for key in _askers(row)
        }
    heaviest = sorted(counted.items(), key=lambda item: -item[1])
    say(f"   {len(counted)} pages; those with the most queries:")
    for name, queries in heaviest[:SHOWN]:
        say(f"   {queries:3}  {name}")
    return [
        Result("pages.queries", heaviest[0][1], "queries of a page", MOST_QUERIES, "lower"),
        Result("pages.counted", len(counted), "pages", len(ROWS) // 3, "higher"),
    ]


def _askers(row: Row) -> list[str]:
    """One of a department and one of the bureau, among those who may."""
    allowed = sorted(row.allowed)
    of_departments = [key for key in allowed if key not in BUREAU]
    of_bureau = [key for key in allowed if key in BUREAU]
    return [*of_departments[:1], *of_bureau[:1]]


def _queries(row: Row, world: World, client: Client) -> int:
    """Of the second time that the page is asked for: the first also warms the process."""
    with transaction.atomic():
        url = reverse(row.name, kwargs=row.scene(world))
        _ask(client, url)
        with CaptureQueriesContext(connection) as captured:
            _ask(client, url)
        transaction.set_rollback(True)
    return len(captured)


def _ask(client: Client, url: str) -> None:
    response = client.get(url)
    # A page that says that the state has moved on (409) is a page too.
    assert response.status_code in {200, 302, 409}, (url, response.status_code)
    if response.streaming:
        b"".join(response)
