"""Whatever has a name in the catalog: what is read is what is stored, or it is refused."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from catalog.demand.services import receive
from catalog.models import DataElement
from catalog.projects.services import register_project
from catalog.standards import codes, services
from citybrain.organizations.actors import Actor
from tests import scenes
from tests.catalog.harvest.portals import a_source
from tests.catalog.libraries.test_libraries import a_library
from tests.catalog.projects.making import project_values
from tests.catalog.standards.test_register import values
from tests.catalog.systems.making import a_system
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
TURNED, BLANK = "户籍\u202e息信记登", "\u3164"


def test_no_name_in_the_catalog_shows_other_than_what_is_stored(world: World) -> None:
    approver = actor_of(world.approver)
    cataloguer = actor_of(world.police_cataloguer)

    def project(**changes: Any) -> object:
        return register_project(
            actor=cataloguer, department=world.police, values=project_values(**changes)
        )

    def standard(**changes: Any) -> object:
        return services.draft(DataElement, actor=approver, values=values(**changes))

    def demand(title: str) -> object:
        return receive(actor=Actor(name="公众"), entry=None, title=title, text="用于选址。")

    def code_list(file: str) -> object:
        return codes.read(io.BytesIO(f"代码,名称\n01,{file}\n".encode()), "代码.csv")

    ways: list[tuple[str, Callable[[str], object]]] = [
        ("title", lambda name: scenes.a_draft(world, title=name)),
        ("office", lambda name: scenes.a_draft(world, office=name)),
        ("items-0-name", lambda name: scenes.a_draft(world, items=[{**scenes.ITEMS[0], "name": name}])),
        ("name", lambda name: a_system(world, name=name)),
        ("operator", lambda name: a_system(world, operator=name)),
        ("name", lambda name: project(name=name)),
        ("name", lambda name: a_library(world, name=name)),
        ("items-0-name", lambda name: a_library(world, name)),
        ("name", lambda name: standard(name=name)),
        ("name", lambda name: a_source(world, "https://data.example.cn", name=name)),
        ("title", demand),
        ("file", code_list),
    ]  # fmt: skip
    for field, way in ways:
        for name in (TURNED, BLANK):
            with pytest.raises(ValidationError) as refused:
                way(name)
            assert "看不见" in str(refused.value.message_dict[field]), (field, name)
