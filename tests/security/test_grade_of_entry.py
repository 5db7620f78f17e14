"""An entry's grade (SC-13) is the highest of its items: kept as they change, and searched by."""

from importlib import import_module

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from catalog.models import CatalogEntry
from catalog.services import entries
from security.services.grading import Decision, confirm_grades
from tests import scenes
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def grade_of(entry: CatalogEntry) -> str | None:
    return CatalogEntry.objects.get(pk=entry.pk).grade


def raise_to(world: World, entry: CatalogEntry, grade: str) -> None:
    confirm_grades(
        actor=actor_of(world.police_security),
        entry=entry,
        decisions={entry.items.first().pk: Decision(grade, "operation")},
    )


def test_the_grade_follows_the_items_and_is_a_facet_everywhere(world: World, signed_in) -> None:
    entry = scenes.a_draft(world)
    first = entry.items.first()
    assert grade_of(entry) is None
    raise_to(world, entry, "important")
    assert grade_of(entry) is None, "five items are not graded yet"
    scenes.grade_all(entry, world.police_security)
    assert grade_of(entry) == "general_4"
    cataloguer, retyped = actor_of(world.police_cataloguer), [dict(one) for one in scenes.ITEMS]
    retyped[0]["data_type"] = "M"
    entries.change_entry(actor=cataloguer, entry=entry, version=0, values={}, items=retyped)
    assert grade_of(entry) is None, "an item is no longer what was graded"
    entries.change_entry(actor=cataloguer, entry=entry, version=1, values={}, items=retyped[4:])
    assert grade_of(entry) == "general_1", "what was graded high has gone"
    assert not type(first).objects.filter(pk=first.pk).exists()

    entry = entries.move("submit", actor=cataloguer, entry=entry, version=2)
    entry = entries.move("sign", actor=actor_of(world.police_head), entry=entry)
    entry = entries.move("publish", actor=actor_of(world.approver), entry=entry)
    copy = scenes.a_revision(world, entry)
    assert grade_of(copy) == "general_1"
    scenes.grade_all(copy, world.police_security)
    raise_to(world, copy, "core")
    assert (grade_of(copy), grade_of(entry)) == ("core", "general_1")
    copy = entries.move("submit", actor=cataloguer, entry=copy)
    copy = entries.move("sign", actor=actor_of(world.police_head), entry=copy)
    entries.move("merge", actor=actor_of(world.approver), entry=copy)
    assert grade_of(entry) == "core"

    CatalogEntry.objects.update(grade=None)
    with connection.cursor() as cursor:
        cursor.execute(import_module("security.migrations.0003_grades_of_entries").FILL)
    assert grade_of(entry) == "core"
    _is_found_by_it(signed_in(world.water_cataloguer))


def _is_found_by_it(client: Client) -> None:
    for grade, found in (("core", 1), ("general_1", 0)):
        page = client.get(reverse("catalog:search"), {"grade": grade})
        assert page.context["page"].paginator.count == found
        answer = client.get("/api/v1/entries/", {"grade": grade})
        assert [one["grade"] for one in answer.json()["results"]] == [grade] * found
        file = client.post(f"{reverse('catalog:export')}?grade={grade}", {"format": "csv"})
        lines = b"".join(file).decode("utf-8-sig").splitlines()
        assert len(lines) == 1 + found
        assert lines[0].endswith(',"数据级别"')
        assert all(line.endswith(',"核心数据"') for line in lines[1:])
