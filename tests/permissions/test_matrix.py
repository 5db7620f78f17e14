"""Every address of the portal, every role, in every state that matters: one table, one rule.

An address that is neither in a table nor excused below, with its reason, fails the run.
"""

import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from citybrain.middleware import SessionActivityMiddleware
from tests import permissions, remembered
from tests.database import Frozen
from tests.permissions.rows import EVERYBODY, Row
from tests.personas import World, build_world

pytestmark = pytest.mark.django_db

# Every module of this package that has ROWS is a table; a new subject brings its own.
TABLES = [
    import_module(f"{permissions.__name__}.{module.name}")
    for module in pkgutil.iter_modules(permissions.__path__)
    if not module.name.startswith("test_")
]
ROWS: list[Row] = [row for table in TABLES for row in getattr(table, "ROWS", ())]
# Addresses that the table cannot judge, and who does.
EXCUSED = {
    "styleguide": "open in development and tests, bureau staff elsewhere: tests/ui",
    "scale": "changes a cookie",
    "catalog:source_item": "named by a parameter: tests/catalog/libraries/test_sources.py",
    "readyz": "answers about the machine, not about data: tests/api and tests/ground",
    "metrics": "its own token: tests/accounts",
    "set_language": "changes a cookie",
    "api:schema": "the same for everybody with an account: tests/api/test_schema.py",
    "tokens:revoke": "own tokens only: tests/api",
    "notices:cancel_deputy": "own deputyships only: tests/notices/test_deputies.py",
    "gateway:authorize": "authorization codes instead of people: tests/sharing/gateway",
    "open_api:records": "keys instead of people: tests/sharing/developers",
    "open_api:document": "the same for everybody: tests/sharing/developers",
    "gateway:records": "authorization codes instead of people: tests/sharing",
}
ROWS_AT_ONCE = 6
SignedInWorld = tuple[World, dict[str, str]]
LIBRARY = ("account_", "mfa_", "socialaccount_", "usersessions_", "openid_connect_")


def _addresses(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _addresses(pattern, inner)
        elif pattern.name:
            yield namespace + pattern.name


def test_every_address_is_in_the_table() -> None:
    listed = {row.name for row in ROWS} | set(EXCUSED)
    addresses = set(_addresses(get_resolver()))
    missing = {name for name in addresses - listed if not name.startswith(LIBRARY)}
    assert not missing, f"no line in tests/permissions for {sorted(missing)}"
    assert not listed - addresses, f"lines for addresses that are gone: {listed - addresses}"


def _everybody_signed_in() -> SignedInWorld:
    world = build_world()
    sessions = {}
    for key, person in world.people.items():
        client = Client()
        client.force_login(person)
        assert client.get(reverse("notices:preferences")).status_code == 200
        sessions[key] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return world, sessions


@pytest.fixture(scope="session")
def frozen_sessions(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Frozen[SignedInWorld]:
    with django_db_blocker.unblock():
        return Frozen.of(_everybody_signed_in)


@pytest.fixture
def signed_in_world(frozen_sessions: Frozen[SignedInWorld], db: None) -> SignedInWorld:
    """The world after everybody has signed in; each person's session key by their name."""
    world, sessions = frozen_sessions.thaw()
    remembered.begin(world)
    return world, sessions


def _by_scene() -> list[list[Row]]:
    """Rows of the same scene share it, so many at a time: nothing that is asked leaves a trace."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in ROWS:
        found[id(row.scene)].append(row)
    return [
        rows[first : first + ROWS_AT_ONCE]
        for rows in found.values()
        for first in range(0, len(rows), ROWS_AT_ONCE)
    ]


GROUPS = _by_scene()


@pytest.fixture
def unnoted(monkeypatch: pytest.MonkeyPatch) -> None:
    """That a session was used is noted once a minute; here every request would be the first."""
    monkeypatch.setattr(SessionActivityMiddleware, "_note", lambda *_given: None)


@pytest.mark.usefixtures("unnoted")
@pytest.mark.parametrize("rows", GROUPS, ids=[f"{rows[0].name}{rows[0].note}" for rows in GROUPS])
def test_who_gets_what(rows: list[Row], signed_in_world: SignedInWorld) -> None:
    world, sessions = signed_in_world
    arguments = rows[0].scene(world)
    wrong = {
        f"{row.name}{row.note}": found
        for row in rows
        if (found := _wrong(row, reverse(row.name, kwargs=arguments), world, sessions))
    }
    assert not wrong, wrong


def _wrong(row: Row, url: str, world: World, sessions: dict[str, str]) -> list[str]:
    """What does not go by the row."""
    wrong = []
    for key in world.people:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = sessions[key]
        status, body = _ask(client, row, url)
        if key in row.allowed:
            if status in (403, 404, 405) or status >= 500:
                wrong.append(f"{key} is allowed but got {status}")
            continue
        expected = 403 if key in row.seen_by else row.refused_with
        if status != expected:
            wrong.append(f"{key} got {status} instead of {expected}")
        if row.secret and row.secret in body:
            wrong.append(f"the refusal to {key} tells of the object")
    status, body = _ask(Client(), row, url)
    if status != row.public:
        wrong.append(f"the public got {status} instead of {row.public}")
    if row.secret and row.secret in body:
        wrong.append("the public was told of the object")
    return wrong


def _ask(client: Client, row: Row, url: str) -> tuple[int, str]:
    with transaction.atomic():
        form = {"content_type": "application/json"} if row.is_api and row.method != "get" else {}
        response = getattr(client, row.method)(url, row.data, **form)
        body = b"".join(response) if response.streaming else response.content
        transaction.set_rollback(True)
    return response.status_code, body.decode("utf-8", "replace")


def test_the_tables_name_everybody(world: World) -> None:
    assert set(world.people) == EVERYBODY
