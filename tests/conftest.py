"""What every test may use: the fixed people, actors, and a client that is signed in."""

import uuid
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from citybrain.organizations.actors import Actor
from citybrain.organizations.models import User
from tests.personas import World, build_world
from tests.personas import actor_of as actor_of_person

pytest_plugins = ["tests.chromium"]
AUDIT_TABLES = ("audit_auditrecord", "audit_statechange", "audit_seal", "audit_sealedrecord")


def pytest_configure(config: pytest.Config) -> None:
    if settings.MODE != "test":
        pytest.exit("The tests run with CITYBRAIN_ENV=test; `make test` sets it.", returncode=4)


@pytest.fixture(autouse=True)
def own_cache() -> None:
    """Every test counts its quotas and lockouts from zero, in all of its threads."""
    prefix = f"citybrain-test-{uuid.uuid4().hex}"
    settings.CACHES["default"]["KEY_PREFIX"] = cache.key_prefix = prefix


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """Transactional tests empty the tables between them, which the audit trail refuses otherwise.

    UPDATE and DELETE stay refused.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in AUDIT_TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only_truncate")


@pytest.fixture
def world(db: None) -> World:
    """The departments and people of tests/personas.py."""
    return build_world()


@pytest.fixture
def actor_of() -> Callable[[User], Actor]:
    return actor_of_person


@pytest.fixture
def signed_in(db: None) -> Callable[[User], Client]:
    """Makes a client with a session of the person, as after sign-in with the second factor."""

    def make(person: User) -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make
