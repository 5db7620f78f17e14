"""Who watches something is told of what they may see: each change once, all of a day in one notice."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.choices import EntryState
from catalog.models import CatalogEntry, Watch
from catalog.services import entries
from catalog.watching import digest, queries, services
from catalog.watching.choices import MOST, WatchKind
from citybrain.notices.models import Notice
from citybrain.organizations.models import User
from tests import scenes
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def tomorrow() -> int:
    """The run of tomorrow morning, which tells of today."""
    return digest.tell_watchers(timezone.localdate() + timedelta(days=1))


def told(person: User) -> list[Notice]:
    return list(Notice.objects.filter(recipient=person, kind=digest.KIND).order_by("pk"))


def approved(world: World, copy: CatalogEntry) -> None:
    entries.move("merge", actor=actor_of(world.approver), entry=copy)


def test_one_notice_a_day_bundles_all_that_somebody_watches(world: World) -> None:
    actor = actor_of(world.health_head)
    kept = scenes.a_published_entry(world)
    services.follow_entry(actor=actor, entry_id=kept.pk)
    services.follow_department(actor=actor, department_id=world.police.pk)
    services.follow_theme(actor=actor, theme="02")
    services.save_search(actor=actor, query="q=暂住&theme=01&freshness=within")
    scenes.a_published_entry(world, title="暂住登记信息")
    approved(world, scenes.a_signed_revision(world, kept, summary="增加签注次数。"))
    entries.data_updated(actor=actor_of(world.police_cataloguer), entry=kept, rows=9)
    assert digest.tell_watchers() == 0  # today is not over yet
    assert tomorrow() == 1
    (notice,) = told(world.health_head)
    assert notice.title == "您关注的《居住证登记信息》等 2 个信息资源有变化"
    assert notice.body.splitlines() == [
        "《居住证登记信息》：修订、数据更新",
        "部门“市公安局”：《居住证登记信息》修订、数据更新；《暂住登记信息》新发布",
        "保存的检索“暂住 公共服务 在更新周期内”：《暂住登记信息》新发布",
    ]
    assert told(world.police_head) == []


def test_nothing_is_told_twice_and_what_was_before_the_watch_not_at_all(world: World) -> None:
    entry = scenes.a_published_entry(world)
    actor = actor_of(world.health_head)
    services.follow_entry(actor=actor, entry_id=entry.pk)
    assert tomorrow() == 0
    Watch.objects.update(seen_until=timezone.now())
    entries.data_updated(actor=actor_of(world.police_cataloguer), entry=entry, rows=9)
    assert [tomorrow(), tomorrow()] == [1, 0]
    assert digest.tell_watchers(timezone.localdate() + timedelta(days=2)) == 0
    assert len(told(world.health_head)) == 1


def test_a_run_that_dies_loses_nothing(world: World, monkeypatch: Any) -> None:
    entry = scenes.a_published_entry(world)
    for person in (world.health_head, world.water_head):
        services.follow_entry(actor=actor_of(person), entry_id=entry.pk)
    entries.data_updated(actor=actor_of(world.police_cataloguer), entry=entry, rows=9)
    real = digest.tell

    def dies(*, people: list[User], **said: Any) -> None:
        real(people=people, **said)
        if people == [world.health_head]:
            raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(digest, "tell", dies)
        assert tomorrow() == 1
    assert (len(told(world.health_head)), len(told(world.water_head))) == (0, 1)
    assert tomorrow() == 1
    assert (len(told(world.health_head)), len(told(world.water_head))) == (1, 1)


def test_nobody_is_told_of_what_they_may_not_see(world: World) -> None:
    entry = scenes.a_published_entry(world)
    actor = actor_of(world.water_head)
    services.follow_department(actor=actor, department_id=world.police.pk)
    services.save_search(actor=actor, query="q=登记")
    services.save_search(actor=actor, query="q=，。")
    Watch.objects.update(seen_until=timezone.now())
    scenes.a_draft(world, title="草稿登记信息")
    scenes.a_signed_entry(world, title="待审登记信息")
    scenes.a_signed_revision(world, entry, title="改名登记信息")
    assert tomorrow() == 0
    draft = CatalogEntry.objects.get(title="草稿登记信息")
    for pk in (draft.pk, 10**15):
        with pytest.raises(Http404):
            services.follow_entry(actor=actor, entry_id=pk)


def test_what_is_retired_is_told_once_and_stays_on_the_list_unopened(
    world: World, signed_in: Any
) -> None:
    entry = scenes.a_published_entry(world)
    services.follow_entry(actor=actor_of(world.water_head), entry_id=entry.pk)
    entries.data_updated(actor=actor_of(world.police_cataloguer), entry=entry, rows=9)
    entry.refresh_from_db()
    entries.move("retire", actor=actor_of(world.approver), entry=entry, reason="职能划转")
    assert [tomorrow(), tomorrow()] == [1, 0]
    assert told(world.water_head)[0].body == "《居住证登记信息》：停用"
    (line,) = queries.listed(actor_of(world.water_head))
    assert (line.opens, line.latest[0][1:]) == (False, ("停用", False))
    page = signed_in(world.water_head).get("/catalog/watches/").content.decode()
    assert f"/catalog/{entry.pk}/" not in page
    assert CatalogEntry.objects.get(pk=entry.pk).state == EntryState.RETIRED


def test_who_has_left_is_told_nothing(world: World) -> None:
    entry = scenes.a_published_entry(world)
    services.follow_entry(actor=actor_of(world.water_head), entry_id=entry.pk)
    entries.data_updated(actor=actor_of(world.police_cataloguer), entry=entry, rows=9)
    User.objects.filter(pk=world.water_head.pk).update(is_active=False)
    assert tomorrow() == 0


def test_watching_twice_is_watching_once(world: World) -> None:
    entry = scenes.a_published_entry(world)
    actor = actor_of(world.water_head)
    assert services.follow_entry(actor=actor, entry_id=entry.pk) == services.follow_entry(
        actor=actor, entry_id=entry.pk
    )
    one = services.save_search(actor=actor, query="q=登记&theme=02&theme=01&sort=title&page=3")
    assert one == services.save_search(actor=actor, query="theme=01&theme=02&q=登记")
    services.unfollow(actor=actor, watch_id=one.pk)
    services.unfollow(actor=actor, watch_id=one.pk)
    assert Watch.objects.get().kind == WatchKind.ENTRY


@pytest.mark.parametrize(
    "query",
    [
        "",
        "sort=title&page=2",
        "state=draft&open=open",
        "department=abc&theme=99&sharing=%00",
        "department=9999999999999999999999",
        "&".join(f"department={number}" for number in range(10**14, 10**14 + 50))
        + "&q="
        + "登" * 200,
    ],
)
def test_a_search_that_asks_for_nothing_or_too_much_is_not_kept(world: World, query: str) -> None:
    with pytest.raises(ValidationError):
        services.save_search(actor=actor_of(world.water_head), query=query)


def test_a_search_keeps_only_what_the_search_page_knows(world: World) -> None:
    actor = actor_of(world.water_head)
    hostile = "q=a%00' OR 1=1 --\u202e&theme=01&state=draft&department_id__gt=0&sharing=1;DROP"
    watch = services.save_search(actor=actor, query=hostile)
    assert watch.query.startswith("q=a%00")
    assert watch.query.endswith("&theme=01")
    assert "\u202e" not in watch.name
    assert "\x00" not in watch.name
    scenes.a_draft(world)
    scenes.a_published_entry(world, title="暂住登记信息")
    assert tomorrow() == 0


def test_nobody_watches_more_than_the_most(world: World) -> None:
    actor = actor_of(world.water_head)
    for number in range(MOST):
        services.save_search(actor=actor, query=f"q=登记{number}")
    with pytest.raises(ValidationError, match="50"):
        services.save_search(actor=actor, query="q=更多")
    services.save_search(actor=actor, query="q=登记1")


def test_a_saved_search_gets_a_name_and_another(world: World) -> None:
    actor = actor_of(world.water_head)
    watch = services.save_search(actor=actor, query=f"q=登记&department={world.police.pk}")
    assert watch.name == "登记 市公安局"
    assert (
        services.rename(actor=actor, watch_id=watch.pk, name=" 公安的\n登记 ").name == "公安的 登记"
    )
    for name in ("", "长" * 61):
        with pytest.raises(ValidationError):
            services.rename(actor=actor, watch_id=watch.pk, name=name)
    with pytest.raises(Http404):
        services.rename(actor=actor_of(world.police_head), watch_id=watch.pk, name="别人")


def test_many_watches_cost_as_many_queries_as_few(world: World) -> None:
    entry = scenes.a_published_entry(world)
    counts = []
    for person, number in ((world.water_head, 2), (world.health_head, MOST)):
        actor = actor_of(person)
        services.follow_entry(actor=actor, entry_id=entry.pk)
        for word in range(number - 1):
            services.save_search(
                actor=actor,
                query=f"q=居住 登记&cycle=monthly&theme=0{word % 9}" if word else "q=居住",
            )
        for word in range(number - Watch.objects.filter(person=person).count()):
            services.save_search(actor=actor, query=f"q=登记{word}")
        Watch.objects.exclude(person=person).update(seen_until=timezone.now() + timedelta(days=9))
        entries.data_updated(actor=actor_of(world.police_cataloguer), entry=entry, rows=9)
        assert Watch.objects.filter(person=person).count() == number
        with CaptureQueriesContext(
            connection,
        ) as run:
            assert tomorrow() == 1
        with CaptureQueriesContext(connection) as page:
            queries.listed(actor_of(person))
        counts.append((len(run), len(page)))
    assert counts[0] == counts[1], counts
