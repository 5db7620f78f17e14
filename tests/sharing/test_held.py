"""What the floors below read of hosted rows, and when they hear that there are new ones."""

import pytest

from citybrain import registry
from sharing.held import holding
from sharing.models import InterfaceService
from tests import remembered, scenes
from tests.personas import World

pytestmark = pytest.mark.django_db


def test_an_entry_without_rows_holds_nothing(world: World) -> None:
    assert holding(scenes.a_published_entry(world)) is None


def test_rows_are_read_from_a_place_to_a_place_in_the_order_of_the_upload(world: World) -> None:
    entry = scenes.a_hosted_entry(world)
    held = registry.holdings.get("sharing")(entry)
    assert held is not None
    rows = list(held.read(0, None))
    assert held.count == len(rows) > 1
    assert list(held.read(1, 2)) == rows[1:2]


def test_a_service_that_is_switched_off_serves_nothing_below_either(world: World) -> None:
    entry = scenes.a_hosted_entry(world)
    InterfaceService.objects.filter(entry=entry).update(enabled=False)
    assert holding(entry) is None


def test_new_rows_are_heard_of(world: World) -> None:
    remembered.leave()  # what is only put back is not heard of
    heard = []
    with registry.reactions.override("sharing.data.hosted", lambda obj, actor: heard.append(obj)):
        entry = scenes.a_hosted_entry(world)
    assert heard == [entry]
