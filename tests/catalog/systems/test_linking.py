"""An entry's words name its system; the link follows them, whichever way the entry came in."""

import pytest

from catalog.models import CatalogEntry
from catalog.services import entries
from catalog.services.bulk import Draft, compile_many
from catalog.systems import services
from tests import scenes
from tests.catalog.systems.making import a_system, system_values
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def fresh(entry: CatalogEntry) -> CatalogEntry:
    return CatalogEntry.objects.get(pk=entry.pk)


def test_an_entry_that_names_a_registered_system_is_linked_and_keeps_the_words(
    world: World,
) -> None:
    system = a_system(world)
    entry = scenes.a_draft(world, system_name="居住证 管理系统")
    assert fresh(entry).system_id == system.pk
    assert entry.system_name == "居住证 管理系统"


def test_names_of_other_departments_and_of_retired_systems_link_nothing(world: World) -> None:
    theirs = services.register_system(
        actor=actor_of(world.health_cataloguer), department=world.health, values=system_values()
    )
    assert scenes.a_draft(world).system_id is None
    own = a_system(world)
    services.move_system(
        "retire", actor=actor_of(world.police_cataloguer), system=own, reason="由新系统替代"
    )
    assert scenes.a_draft(world, title="居住证签注信息").system_id is None
    assert theirs.entries.count() == 0


def test_entries_that_came_before_their_system_are_linked_when_it_is_registered(
    world: World,
) -> None:
    published = scenes.a_published_entry(world)
    other = scenes.a_draft(world, title="另一系统的登记信息", system_name="车辆管理系统")
    system = a_system(world)
    assert fresh(published).system_id == system.pk
    assert fresh(other).system_id is None
    assert published.revisions.get().content["system_name"] == "居住证管理系统"


def test_a_renamed_system_keeps_its_entries_and_their_words(world: World) -> None:
    system = a_system(world)
    entry = scenes.a_draft(world)
    system = services.change_system(
        actor=actor_of(world.police_cataloguer),
        system=system,
        values={"name": "居住服务一体化系统"},
    )
    changed = entries.change_entry(
        actor=actor_of(world.police_cataloguer),
        entry=fresh(entry),
        values={"summary": "另一种说法。"},
        items=scenes.ITEMS,
    )
    assert (changed.system_id, changed.system_name) == (system.pk, "居住证管理系统")
    unlinked = entries.change_entry(
        actor=actor_of(world.police_cataloguer),
        entry=changed,
        values={"system_name": "手工台账"},
        items=scenes.ITEMS,
    )
    assert unlinked.system_id is None


def test_a_workbook_or_a_program_links_as_the_form_does(world: World) -> None:
    """Import and API compile through these two services."""
    system = a_system(world)
    made = compile_many(
        actor=actor_of(world.police_cataloguer),
        department=world.police,
        drafts=[
            Draft(scenes.entry_values(title=f"第{number}批登记信息"), scenes.ITEMS[:1])
            for number in range(3)
        ],
    )
    assert {fresh(entry).system_id for entry in made} == {system.pk}


def test_a_revision_carries_the_link_and_brings_a_new_one(world: World) -> None:
    first = a_system(world)
    second = a_system(world, name="居住服务一体化系统")
    entry = scenes.a_published_entry(world)
    assert fresh(entry).system_id == first.pk
    copy = scenes.a_signed_revision(world, entry, system_name="居住服务一体化系统")
    assert fresh(entry).system_id == first.pk
    entries.move("merge", actor=actor_of(world.approver), entry=copy)
    assert fresh(entry).system_id == second.pk


def test_the_form_offers_the_departments_systems_and_keeps_free_text(
    world: World, signed_in
) -> None:
    a_system(world)
    page = signed_in(world.police_cataloguer).get("/catalog/own/new/").content.decode()
    assert '<option value="居住证管理系统">' in page
    other = signed_in(world.health_cataloguer).get("/catalog/own/new/").content.decode()
    assert "居住证管理系统" not in other
