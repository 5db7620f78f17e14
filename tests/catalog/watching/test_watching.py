"""Following: told once a day, of all that is new, and of nothing that one may not see."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import CatalogEntry, Watch
from catalog.services import entries
from catalog.watching import services
from catalog.watching.telling import KIND, tell_watchers
from citybrain.notices.models import Notice
from tests import scenes
from tests.catalog import many
from tests.catalog.test_import_files import text_of
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=10)


def told(person: Any) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(recipient=person, kind=KIND).order_by("pk")
    return list(rows.values_list("title", "body"))


def test_who_follows_an_entry_is_told_of_all_that_happens_to_it_once_a_day(world: World) -> None:
    entry = scenes.a_published_entry(world)
    other = scenes.a_published_entry(world, title="暂住登记信息")
    actor = actor_of(world.health_cataloguer)
    watch = services.follow_entry(actor=actor, entry=entry)
    assert services.follow_entry(actor=actor, entry=entry) == watch, "followed once"
    assert tell_watchers(timezone.now() + LATER) == 0
    Watch.objects.update(checked_at=timezone.now())
    police = actor_of(world.police_cataloguer)
    for one in (entry, other):
        entries.data_updated(actor=police, entry=one, rows=3, at=timezone.now() + LATER)
    copy = scenes.a_signed_revision(world, entry, summary="修订后的摘要。")
    assert tell_watchers(timezone.now() + LATER) == 0, "what is under way is nobody's business"
    Watch.objects.update(checked_at=timezone.now())
    entries.move("merge", actor=actor_of(world.approver), entry=copy)
    until = timezone.now() + 2 * LATER
    assert tell_watchers(until) == 1
    assert told(world.health_cataloguer) == [
        ("关注的“居住证登记信息”有 1 项变化", "《居住证登记信息》：修订生效、数据已更新")
    ]
    assert tell_watchers(until) == 0
    # The rest of the day nothing, tomorrow all of it.
    entries.move(
        "retire",
        actor=actor_of(world.approver),
        entry=CatalogEntry.objects.get(pk=entry.pk),
        reason="职能划出",
    )
    Watch.objects.update(checked_at=timezone.now() - LATER)
    assert tell_watchers(until) == 0
    assert tell_watchers(until + timedelta(days=1)) == 1
    assert "已停用" in told(world.health_cataloguer)[-1][1]
    assert told(world.police_head) == []


def test_a_saved_search_tells_of_what_is_new_in_it(world: World) -> None:
    actor = actor_of(world.health_cataloguer)
    watch = services.save_search(
        actor=actor, name="居住证", query="q=居住证&theme=01&sort=title&page=3"
    )
    assert watch.query == "q=%E5%B1%85%E4%BD%8F%E8%AF%81&theme=01"
    services.follow_department(actor=actor, department=world.police)
    services.follow_theme(actor=actor, theme="05")
    scenes.a_draft(world, title="居住证草稿信息")
    scenes.a_published_entry(world)
    scenes.a_published_entry(world, title="居住证年度统计", theme="02")
    assert tell_watchers(timezone.now() + LATER) == 2
    assert told(world.health_cataloguer) == [
        ("关注的“居住证”有 1 项变化", "《居住证登记信息》：新发布"),
        (
            "关注的“海口市公安局”有 2 项变化",
            "《居住证登记信息》：新发布\n《居住证年度统计》：新发布",
        ),
    ]


def test_nobody_is_told_who_has_left_and_the_watermark_moves_on(world: World) -> None:
    actor = actor_of(world.health_cataloguer)
    services.follow_department(actor=actor, department=world.police)
    scenes.a_published_entry(world)
    world.health_cataloguer.is_active = False
    world.health_cataloguer.save()
    assert tell_watchers(timezone.now() + LATER) == 0
    world.health_cataloguer.is_active = True
    world.health_cataloguer.save()
    assert tell_watchers(timezone.now() + 2 * LATER) == 0
    assert told(world.health_cataloguer) == []


def test_following_from_the_pages(world: World, signed_in: Any) -> None:
    entry = scenes.a_published_entry(world)
    client = signed_in(world.health_cataloguer)
    url = reverse("catalog:entry", args=[entry.pk])
    assert "关注本信息资源" in text_of(client.get(url))
    for kind, value in (("entry", entry.pk), ("department", world.police.pk), ("theme", "01")):
        page = client.post(
            reverse("catalog:follow"), {"kind": kind, "value": value, "next": url}, follow=True
        )
        assert page.redirect_chain[-1][0] == url
    shown = text_of(client.get(url))
    assert "已关注本信息资源" in shown
    assert "已关注公共服务" in shown
    search = reverse("catalog:search")
    assert "保存检索条件" in text_of(client.get(search, {"q": "居住证"}))
    assert "保存检索条件" not in text_of(client.get(search))
    save = {"name": "居住证相关", "query": "q=居住证", "next": f"{search}?q=居住证"}
    assert "检索条件已保存" in text_of(
        client.post(reverse("catalog:save_search"), save, follow=True)
    )
    listed = client.get(reverse("catalog:watches"))
    assert [str(watch) for watch, _address in listed.context["rows"]] == [
        "居住证相关", "公共服务", "海口市公安局", "居住证登记信息",
    ]  # fmt: skip
    theirs = signed_in(world.water_cataloguer)
    watch = Watch.objects.first()
    assert watch is not None
    assert theirs.post(reverse("catalog:end_watch", args=[watch.pk])).status_code == 404
    client.post(reverse("catalog:end_watch", args=[watch.pk]))
    assert Watch.objects.count() == 3
    # What makes no sense is said, what may not be seen is not there, and nobody is led elsewhere.
    draft = scenes.a_draft(world, title="秘密的草稿")
    follow = reverse("catalog:follow")
    assert client.post(follow, {"kind": "entry", "value": draft.pk}).status_code == 404
    for given in ({}, {"kind": "theme", "value": "99"}, {"kind": "department", "value": "x"}):
        away = client.post(follow, {**given, "next": "https://evil.example/"})
        assert away["Location"] == reverse("catalog:watches")
    assert Watch.objects.count() == 3
    for query in ("", "sort=title", "theme=99"):
        with pytest.raises(ValidationError):
            services.save_search(actor=actor_of(world.police_head), name="甲", query=query)


def test_the_list_costs_the_same_at_any_length(world: World, signed_in: Any) -> None:
    client = signed_in(world.health_cataloguer)
    actor = actor_of(world.health_cataloguer)

    def asked(count: int, start: int) -> int:
        for entry in many.police(world, count, start, state="published"):
            services.follow_entry(actor=actor, entry=entry)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("catalog:watches")).status_code == 200
        return len(captured)

    asked(1, 0)
    few = asked(3, 1)
    assert asked(30, 3) == few
