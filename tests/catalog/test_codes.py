"""信息资源代码: built by the rule, unique, never given out again."""

import re

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from catalog.choices import CLASS_ITEMS
from catalog.models import NumberSeries
from catalog.services import entries
from catalog.services.bulk import Draft, compile_many
from catalog.services.codes import next_codes, next_numbers, prefix_of
from citybrain.organizations.models import Department
from tests import scenes
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
CODE = re.compile(r"[123]\d{2}\d{3}\d{6}/\d{6}")

Place = tuple[tuple[int, str], str, str]
places = st.tuples(
    st.sampled_from(sorted(CLASS_ITEMS)),
    st.text("0123456789", min_size=6, max_size=6),
    st.text("0123456789", min_size=3, max_size=3),
)


def prefix_at(place: Place) -> str:
    (resource_class, class_item), region, number = place
    return prefix_of(
        department=Department(region_code=region, catalog_number=number),
        resource_class=resource_class,
        class_item=class_item,
    )


@given(places, places)
def test_a_classification_code_belongs_to_one_class_region_and_department(
    one: Place, other: Place
) -> None:
    assert re.fullmatch(r"[123]\d{2}\d{3}\d{6}", prefix_at(one))
    assert (prefix_at(one) == prefix_at(other)) == (one == other)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_numbers_follow_each_other_without_gap_or_repetition(counts: list[int]) -> None:
    with transaction.atomic():
        given_out = [number for count in counts for number in next_numbers("序列", count)]
        assert given_out == list(range(1, sum(counts) + 1))
        transaction.set_rollback(True)


def test_the_millionth_entry_still_gets_a_code_of_its_own() -> None:
    NumberSeries.objects.create(prefix="307460100999", last=999_999)
    assert next_codes("307460100999", 2) == ["307460100999/1000000", "307460100999/1000001"]


def test_the_code_says_class_item_region_department_and_number(world: World) -> None:
    entry = scenes.a_draft(world)
    assert entry.code == f"307460100{world.police.catalog_number}/000001"
    themed = scenes.a_draft(world, title="流动人口登记信息", resource_class=2, class_item="10")
    assert themed.code == f"210460100{world.police.catalog_number}/000001"
    assert CODE.fullmatch(entry.code)
    assert CODE.fullmatch(themed.code)


def test_a_code_outlives_changes_and_is_not_given_out_again(world: World) -> None:
    cataloguer = actor_of(world.police_cataloguer)
    entry = scenes.a_draft(world)
    changed = entries.change_entry(
        actor=cataloguer,
        entry=entry,
        values={"title": "暂住登记信息", "resource_class": 2, "class_item": "10"},
        items=scenes.ITEMS,
    )
    assert changed.code == entry.code
    entries.move("discard", actor=cataloguer, entry=changed, reason="重复编制")
    assert scenes.a_draft(world).code.endswith("/000002")


def test_one_by_one_and_many_at_once_count_in_one_series(world: World) -> None:
    scenes.a_draft(world)
    made = compile_many(
        actor=actor_of(world.police_cataloguer),
        department=world.police,
        drafts=[
            Draft(scenes.entry_values(title=f"登记信息之{number}"), scenes.ITEMS)
            for number in range(3)
        ],
    )
    assert [entry.code[-6:] for entry in made] == ["000002", "000003", "000004"]
    assert scenes.a_draft(world, title="又一登记信息").code.endswith("/000005")
