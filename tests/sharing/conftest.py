"""Scenes of sharing that many tests begin with: made once, then copied (tests/database.py)."""

import pytest
from pytest_django import DjangoDbBlocker

from catalog.models import CatalogEntry
from sharing.models import Authorization
from tests import scenes
from tests.database import Frozen
from tests.personas import World, build_world

Published = tuple[World, CatalogEntry]
Granted = tuple[World, Authorization]


def _a_published_entry() -> Published:
    world = build_world()
    return world, scenes.a_published_entry(world)


def _a_grant() -> Granted:
    world = build_world()
    entry = scenes.a_hosted_entry(world)
    return world, scenes.an_authorization(world, entry, names=("登记编号", "姓名", "登记日期"))


@pytest.fixture(scope="session")
def frozen_entry(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Frozen[Published]:
    with django_db_blocker.unblock():
        return Frozen.of(_a_published_entry)


@pytest.fixture(scope="session")
def frozen_grant(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Frozen[Granted]:
    with django_db_blocker.unblock():
        return Frozen.of(_a_grant)


@pytest.fixture
def publishing(frozen_entry: Frozen[Published], db: None) -> Published:
    """The people, and an entry of the police that is published and has no rows yet."""
    return frozen_entry.thaw()


@pytest.fixture
def granting(frozen_grant: Frozen[Granted], db: None) -> Granted:
    """The people, and what the health commission may use of an entry of the police with rows."""
    return frozen_grant.thaw()
