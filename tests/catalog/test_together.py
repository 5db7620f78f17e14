"""One act on many entries: each checked by itself, the result listed by entry, one record each."""

from typing import Any

import pytest
from django.urls import reverse

from catalog.models import CatalogEntry
from catalog.services import entries, together
from catalog.services.together import Words
from citybrain.audit.models import AuditRecord
from tests import scenes
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
ADDRESS = "/catalog/together/"


def chosen(*rows: CatalogEntry) -> list[str]:
    return [f"{row.pk}.{row.version}" for row in rows]


def test_what_can_be_submitted_is_and_what_cannot_says_why(world: World, signed_in: Any) -> None:
    ready, ungraded = scenes.a_draft(world), scenes.a_draft(world, title="出租屋登记信息")
    scenes.grade_all(ready, world.police_security)
    foreign = entries.compile_entry(
        actor=actor_of(world.health_cataloguer),
        department=world.health,
        values=scenes.entry_values(title="预防接种信息"),
        items=scenes.ITEMS,
    )
    answer = signed_in(world.police_cataloguer).post(
        ADDRESS, {"act": "submit", "ids": [*chosen(ready, ungraded, foreign), "x", "9.9"]}
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "共 4 个，已办理 1 个" in page
    assert "尚未由数据安全员确认分级" in page
    assert "预防接种信息" not in page
    states = [CatalogEntry.objects.get(pk=one.pk).state for one in (ready, ungraded, foreign)]
    assert states == ["signing", "draft", "draft"]
    assert AuditRecord.objects.filter(verb="catalog.entry.submit").count() == 1


def test_the_bureau_approves_new_ones_and_revisions_and_sends_back_with_a_reason(
    world: World, signed_in: Any
) -> None:
    first = scenes.a_signed_entry(world)
    second = scenes.a_signed_entry(world, title="出租屋登记信息")
    client = signed_in(world.approver)
    page = client.get(reverse("catalog:reviews")).content.decode()
    assert f'value="{first.pk}.{first.version}"' in page
    without = client.post(ADDRESS, {"act": "reject", "list": "reviews", "ids": chosen(second)})
    assert "已办理 0 个" in without.content.decode()
    data = {"act": "reject", "list": "reviews", "ids": chosen(second), "reason": "摘要不清"}
    assert "已办理 1 个" in client.post(ADDRESS, data).content.decode()
    client.post(ADDRESS, {"act": "approve", "list": "reviews", "ids": chosen(first)})
    first.refresh_from_db()
    copy = scenes.a_signed_revision(world, first, summary="登记的新事项")
    client.post(ADDRESS, {"act": "approve", "list": "reviews", "ids": chosen(copy)})
    first.refresh_from_db()
    assert (first.state, first.summary) == ("published", "登记的新事项")


def test_a_stale_one_is_left_as_it_is(world: World) -> None:
    draft = scenes.a_draft(world)
    actor = actor_of(world.police_cataloguer)
    (outcome,) = together.carry_out(
        "theme", actor=actor, chosen=[(draft.pk, draft.version + 1)], words=Words(theme="03")
    )
    assert not outcome.done
    (outcome,) = together.carry_out(
        "theme", actor=actor, chosen=[(draft.pk, draft.version)], words=Words(theme="03")
    )
    draft.refresh_from_db()
    assert (outcome.done, draft.theme, draft.items.count()) == (True, "03", len(scenes.ITEMS))
    (outcome,) = together.carry_out(
        "theme", actor=actor, chosen=[(draft.pk, draft.version)], words=Words(theme="99")
    )
    assert not outcome.done


def test_nothing_chosen_nothing_named_and_far_too_many_are_told(
    world: World, signed_in: Any
) -> None:
    client = signed_in(world.police_cataloguer)
    for data, words in (
        ({}, "请选择要办理的事项"),
        ({"act": "submit"}, "请先选择信息资源"),
        ({"act": "submit", "ids": [f"{n}.0" for n in range(1, 202)]}, "一次最多办理 200 个"),
    ):
        assert words in client.post(ADDRESS, data, follow=True).content.decode()
    assert client.post(ADDRESS, {"act": "destroy"}).status_code == 404
