"""Related resources (element 13): codes are checked, and lead both ways to who may be seen."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from catalog import queries
from tests import scenes
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def test_entries_that_name_each_other_are_led_to_from_both(world: World, signed_in: Any) -> None:
    first = scenes.a_published_entry(world)
    draft = scenes.a_draft(world, title="暂住人口登记信息")
    second = scenes.a_published_entry(
        world, title="出租屋登记信息", related_code=f"{first.code}、 {draft.code}"
    )
    actor = actor_of(world.health_cataloguer)
    assert queries.related_to(second, actor) == [first]
    assert queries.related_to(first, actor) == [second]
    client = signed_in(world.health_cataloguer)
    page = client.get(reverse("catalog:entry", args=[first.pk])).content.decode()
    assert "出租屋登记信息" in page
    page = client.get(reverse("catalog:entry", args=[second.pk])).content.decode()
    assert "暂住人口登记信息" not in page


def test_a_code_within_a_longer_one_is_not_that_code(world: World) -> None:
    first = scenes.a_published_entry(world)
    scenes.a_published_entry(world, title="出租屋登记信息", related_code=f"{first.code}9")
    assert queries.related_to(first, actor_of(world.health_cataloguer)) == []


@pytest.mark.parametrize("text", ["见户籍系统", "307460100104/000001，无", "a" * 65])
def test_what_is_no_code_is_refused_by_its_field(world: World, text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        scenes.a_draft(world, related_code=text)
    assert "不是信息资源代码" in refused.value.message_dict["related_code"][0]
