"""A hundred questions written down before anybody looked at the answers (tests/data), over a catalog
of two thousand entries: the entry that was meant is among the first ten for at least 95 of them."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from pytest_django import DjangoDbBlocker

from catalog.models import CatalogEntry, DataItem
from catalog.search import PUBLISHED_FACETS, Wanted, published
from catalog.services.content import ENTRY_FIELDS, derive, draft_items
from citybrain.bulk import insert_many
from citybrain.demo.content import Content
from citybrain.organizations.models import Department
from tests.benchmarks import entries
from tests.database import Frozen
from tests.factories.organizations import DepartmentFactory
from tests.personas import World, actor_of, build_world

pytestmark = pytest.mark.django_db
OTHERS = 2_000
ITEM_PARTS = ("name", "field", "data_type", "length")
FIRST = 10
LEAST = 95


def questions() -> list[Mapping[str, str]]:
    path = Path(__file__).resolve().parents[1] / "data" / "catalog-queries.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def build_catalog() -> tuple[World, dict[str, int]]:
    """Two thousand entries of others, and those of the demo by their keys."""
    world = build_world()
    entries.fill([world.police, world.health, world.water], OTHERS)
    content = Content()
    owners: dict[str, Any] = {}
    for record in content.departments:
        if any(entry["department"] == record["code"] for entry in content.entries):
            known = Department.objects.filter(name=record["name"]).first()
            owners[record["code"]] = known or DepartmentFactory(
                code=record["code"], name=record["name"], short_name=record["short_name"]
            )
    made, keys = [], {}
    items: list[DataItem] = []
    for number, record in enumerate(content.entries):
        values = {name: record[name] for name in ENTRY_FIELDS if name in record}
        entry = CatalogEntry(
            department=owners[record["department"]],
            code=f"307460100999/{number:06}",
            state="published",
            published_on=timezone.localdate(),
            **values,
        )
        own = draft_items(
            entry,
            [{k: v for k, v in one.items() if k in ITEM_PARTS} for one in record["items"]],
        )
        derive(entry, own)
        made.append(entry)
        items += own
    insert_many(made, keys=True)
    for item in items:
        item.entry_id = item.entry.pk
    insert_many(items)
    keys = {record["key"]: entry.pk for record, entry in zip(content.entries, made, strict=True)}
    return world, keys


@pytest.fixture(scope="module")
def frozen_catalog(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Frozen[tuple[World, dict[str, int]]]:
    with django_db_blocker.unblock():
        return Frozen.of(build_catalog)


def test_the_entry_that_was_meant_is_among_the_first_ten(
    frozen_catalog: Frozen[tuple[World, dict[str, int]]], db: None
) -> None:
    world, keys = frozen_catalog.thaw()
    actor = actor_of(world.water_cataloguer)
    asked = questions()
    assert len(asked) == 100
    missed = []
    for question in asked:
        wanted = Wanted.read(QueryDict(urlencode({"q": question["asked"]})), PUBLISHED_FACETS)
        found = published(actor, wanted)
        first = list(found.entries.values_list("pk", "title")[:FIRST])
        if keys[question["expected"]] not in [pk for pk, _title in first]:
            titles = [title for _pk, title in first[:3]]
            missed.append(f"{question['asked']} ({found.total}): {titles}")
    assert len(asked) - len(missed) >= LEAST, "\n".join(missed)


def test_page_api_and_file_give_the_same_answers(
    frozen_catalog: Frozen[tuple[World, dict[str, int]]], signed_in: Any, db: None
) -> None:
    world, _keys = frozen_catalog.thaw()
    client = signed_in(world.water_cataloguer)
    for question in questions()[::20]:
        query = {"q": question["asked"]}
        page = client.get(reverse("catalog:search"), query)
        shown = [entry.code for entry, *_rest in page.context["rows"]]
        answer = client.get("/api/v1/entries/", {**query, "page_size": 20}).json()
        assert [row["code"] for row in answer["results"]] == shown, query
        assert answer["count"] == page.context["page"].paginator.count
        file = client.post(f"{reverse('catalog:export')}?{urlencode(query)}", {"format": "csv"})
        rows = list(csv.reader(b"".join(file).decode("utf-8-sig").splitlines()))
        assert [row[1] for row in rows[1:]][: len(shown)] == shown
        assert len(rows) - 1 == answer["count"]
