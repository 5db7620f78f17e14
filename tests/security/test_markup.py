"""Markup that people type stays text on every page of the permission matrix."""

from dataclasses import replace
from itertools import groupby
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from citybrain.organizations.models import Department, User
from tests import scenes
from tests.catalog.demand import demands
from tests.evaluation.sample_facts import sample_facts
from tests.permissions import (
    catalog_provincial,
    catalog_standards,
    evaluation,
    security_abroad,
    sharing_developers,
)
from tests.permissions.rows import Row
from tests.permissions.test_matrix import ROWS
from tests.personas import World
from tests.sharing.returnflow import flowing

pytestmark = pytest.mark.django_db
MARKUP = "\"'><img src=x onerror=alert(1)>"
RAW = "<img src=x"
WORDS = ("title", "summary", "office", "sharing_condition", "use_scope", "system_name")
PURPOSE = ("legal_basis", "scenario", "usage_range", "contact")


def _named(row: Row) -> str:
    return f"{row.scene.__module__}.{row.scene.__qualname__}"


def _place(row: Row) -> tuple[str, int]:
    """Two scenes may have one name, as those without any have."""
    return _named(row), id(row.scene)


PAGES = sorted((row for row in ROWS if row.method == "get" and not row.is_api), key=_place)
SCENES = [(name, list(rows)) for (name, _id), rows in groupby(PAGES, _place)]


@pytest.fixture(autouse=True)
def tempting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that the scenes write, and the names of people and departments, holds markup."""
    entry, application = scenes.entry_values, scenes.application_values
    items = [{**item, "description": MARKUP} for item in scenes.ITEMS]

    def spoiled(make: Any, words: tuple[str, ...]) -> Any:
        return lambda **changes: {
            name: f"{value}{MARKUP}" if name in words else value
            for name, value in make(**changes).items()
        }

    monkeypatch.setattr(scenes, "entry_values", spoiled(entry, WORDS))
    monkeypatch.setattr(scenes, "application_values", spoiled(application, PURPOSE))
    monkeypatch.setattr(demands, "words", spoiled(demands.words, ("title", "text", "contact")))
    monkeypatch.setattr(scenes, "ITEMS", items)
    monkeypatch.setattr(security_abroad, "SECRET", f"{security_abroad.SECRET}{MARKUP}")
    monkeypatch.setattr(catalog_provincial, "SECRET", f"{catalog_provincial.SECRET}{MARKUP}")
    monkeypatch.setattr(sharing_developers, "SECRET", f"{sharing_developers.SECRET}{MARKUP}")
    need = flowing.NEED | {"title": f"{flowing.NEED['title']}{MARKUP}"}
    monkeypatch.setattr(flowing, "NEED", need)
    named_so = catalog_standards.VALUES | {"name": f"{catalog_standards.VALUES['name']}{MARKUP}"}
    monkeypatch.setattr(catalog_standards, "VALUES", named_so)
    facts = sample_facts(evaluation.YEAR)
    named = [
        replace(row, name=f"{row.name}{MARKUP}", short_name=MARKUP) for row in facts.departments
    ]
    monkeypatch.setattr(
        evaluation, "sample_facts", lambda year: replace(facts, departments=tuple(named))
    )
    Department.objects.filter(pk=world.police.pk).update(short_name=MARKUP[:40])
    User.objects.filter(department=world.police).update(name=MARKUP, post=MARKUP[:40])


@pytest.mark.parametrize("rows", [rows for _name, rows in SCENES], ids=[name for name, _ in SCENES])
def test_markup_stays_text(rows: list[Row], world: World) -> None:
    arguments = rows[0].scene(world)
    shown, expected = False, False
    for row in rows:
        if not row.allowed:
            continue
        person = "police_cataloguer" if "police_cataloguer" in row.allowed else min(row.allowed)
        client = Client()
        client.force_login(world.people[person])
        answer = client.get(reverse(row.name, kwargs=arguments), row.data)
        is_page = answer.get("Content-Type", "").startswith("text/html")
        if answer.status_code != 200 or not is_page:
            continue
        text = answer.content.decode()
        shown |= "&lt;img src=x" in text
        expected |= bool(row.secret)
        assert RAW not in text, f"{row.name} draws what was typed"
    assert shown or not expected, "nothing of the scene was shown"
