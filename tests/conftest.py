"""What every test may use: the fixed people, actors, and a client that is signed in."""

import gc
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from django.test.client import ClientHandler
from django.test.signals import setting_changed
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from citybrain.organizations.actors import Actor
from citybrain.organizations.models import User
from tests import remembered
from tests.database import Frozen, contents, migrated_template, restore
from tests.personas import World, build_world
from tests.personas import actor_of as actor_of_person

pytest_plugins = ["tests.chromium"]
# How long an example takes says how busy the machine is.
hypothesis_settings.register_profile("any machine", deadline=None)
hypothesis_settings.load_profile("any machine")
KEPT_TABLES = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only_truncate'"


def pytest_configure(config: pytest.Config) -> None:
    if settings.MODE != "test":
        pytest.exit("The tests run with CITYBRAIN_ENV=test; `make test` sets it.", returncode=4)


def pytest_collection_finish() -> None:
    """What all tests share stays for good; looking for garbage in it costs more than it finds."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def own_cache() -> None:
    """Every test counts its quotas and lockouts from zero, in all of its threads."""
    remembered.leave()
    prefix = f"citybrain-test-{uuid.uuid4().hex}"
    settings.CACHES["default"]["KEY_PREFIX"] = cache.key_prefix = prefix


@pytest.fixture(scope="session", autouse=True)
def _middleware_made_once() -> Iterator[None]:
    """Clients share their middleware as the requests of a server do, until a setting changes."""
    made: dict[str, Any] = {}
    load = ClientHandler.load_middleware

    def load_once(handler: ClientHandler, is_async: bool = False) -> None:
        if made:
            vars(handler).update(made)
            return
        before = dict(vars(handler))
        load(handler, is_async)
        made.update({name: one for name, one in vars(handler).items() if before.get(name) != one})

    def forget(**_given: object) -> None:
        made.clear()

    setting_changed.connect(forget)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ClientHandler, "load_middleware", load_once)
        yield
    setting_changed.disconnect(forget)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Transactional tests leave the database as it was after the migrations.

    The audit trail and the calls refuse to be emptied, so that one trigger is off; UPDATE and DELETE stay refused.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(KEPT_TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only_truncate")
        base = contents()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: restore(base))
        yield


@pytest.fixture(scope="session")
def frozen_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Frozen[World]:
    with django_db_blocker.unblock():
        return Frozen.of(build_world)


@pytest.fixture
def world(frozen_world: Frozen[World], db: None, request: pytest.FixtureRequest) -> World:
    """The departments and people of tests/personas.py."""
    world = frozen_world.thaw()
    if not remembered.TOUCHING & _asked_for(request.node):
        remembered.begin(world)
    return world


def _asked_for(test: pytest.Function) -> set[str]:
    """The fixtures that the test names, or that fixtures of ours name for it."""
    known = test._fixtureinfo
    ours = [
        one
        for fixtures in known.name2fixturedefs.values()
        for one in fixtures
        if one.func.__module__.startswith("tests.")
    ]
    return {*known.argnames, *(name for one in ours for name in one.argnames)}


@pytest.fixture
def actor_of() -> Callable[[User], Actor]:
    return actor_of_person


@pytest.fixture
def signed_in(db: None) -> Callable[[User], Client]:
    """Makes a client with a session of the person, as after sign-in with the second factor."""

    def make(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return make
