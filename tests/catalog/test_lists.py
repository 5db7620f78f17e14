"""Lists cost the same with two entries and with two hundred."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import scenes
from tests.catalog import many
from tests.personas import World

pytestmark = pytest.mark.django_db
MOST = 25


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_every_list_costs_the_same_at_2_and_at_200(world: World, signed_in) -> None:
    police, approver = signed_in(world.police_cataloguer), signed_in(world.approver)
    lists = {
        "search": (police, reverse("catalog:search")),
        "found": (police, reverse("catalog:search") + "?q=登记&theme=01"),
        "own": (police, reverse("catalog:own")),
        "reviews": (approver, reverse("catalog:reviews")),
        "imports": (police, reverse("catalog:imports")),
        "grading": (signed_in(world.police_security), reverse("security:grading_list")),
        "worklist": (approver, reverse("home")),
    }
    counts: dict[str, list[int]] = {name: [] for name in lists}
    made = 0
    for size in (2, 200):
        many.police(world, size, made, state="published")
        # Titles are the department's once: the others continue the count.
        many.police(world, 1000 + size, 1000 + made)
        reviewing = many.police(world, 2000 + size, 2000 + made, state="reviewing")
        many.with_bureau_clocks(world, reviewing[:20])
        many.batches(world, size, made)
        made = size
        for name, (client, url) in lists.items():
            client.get(url)
            counts[name].append(queries(client, url))
    grown = {name: pair for name, pair in counts.items() if pair[0] != pair[1]}
    assert not grown
    assert max(pair[1] for pair in counts.values()) <= MOST


def test_the_pages_of_an_entry_cost_the_same_with_2_and_with_40_items(
    world: World, signed_in
) -> None:
    client, officer = signed_in(world.police_cataloguer), signed_in(world.police_security)
    pages: dict[str, tuple[Client, Callable[[int], str]]] = {
        "detail": (client, lambda pk: reverse("catalog:entry", args=[pk])),
        "form": (client, lambda pk: reverse("catalog:edit", args=[pk])),
        "history": (client, lambda pk: reverse("catalog:history", args=[pk])),
        "grading": (officer, lambda pk: reverse("security:grade_entry", args=[pk])),
    }
    counts: dict[str, list[int]] = {name: [] for name in pages}
    for size in (2, 40):
        items = [{"name": f"信息项{number}", "data_type": "C"} for number in range(size)]
        entry = scenes.a_draft(world, title=f"{size}项登记信息", items=items)
        scenes.grade_all(entry, world.police_security)
        for name, (reader, url) in pages.items():
            reader.get(url(entry.pk))
            counts[name].append(queries(reader, url(entry.pk)))
    grown = {name: pair for name, pair in counts.items() if pair[0] != pair[1]}
    assert not grown
    assert max(pair[1] for pair in counts.values()) <= MOST
