"""The worklist 待办: what waits for whom, in which order, at which cost."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.services import entries
from citybrain import registry
from citybrain.duties.models import Duty
from citybrain.duties.queries import open_duties_of
from citybrain.notices.worklist import worklist
from citybrain.registry import WorkItem
from citybrain.ui import Card
from tests import scenes
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel("2026-03-02T09:00:00+08:00"):
        yield


def titles(person, query: str = "") -> str:
    client = Client()
    client.force_login(person)
    response = client.get(f"/{query}")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    "who",
    [
        "police_cataloguer", "police_head", "police_security", "approver", "coordinator",
        "evaluator", "admin", "cyberspace_officer", "city_reader", "auditor",
    ],
)  # fmt: skip
def test_every_role_lands_on_it(world: World, who: str) -> None:
    page = titles(world.people[who])
    assert "待办事项" in page
    assert "今日到期" in page
    assert "目前没有需要您办理的事项" in page
    assert "消息通知" in page


def test_without_signing_in_it_asks_to(db: None) -> None:
    response = Client().get("/")
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


def test_it_shows_what_is_to_be_done_and_until_when(world: World) -> None:
    entry = scenes.a_signed_entry(world)
    page = titles(world.approver)
    assert entry.title in page
    assert "审核" in page
    assert "市公安局" in page
    assert "2026-03-02" in page
    assert "剩余 2 个工作日" in page
    assert f'href="{reverse("catalog:entry", args=[entry.pk])}"' in page
    assert entry.title not in titles(world.police_head)


def test_the_most_urgent_comes_first_and_the_undated_last(world: World) -> None:
    with time_machine.travel("2026-02-27T09:00:00+08:00"):
        late = scenes.a_submitted_entry(world, title="先提交的目录")
    scenes.a_submitted_entry(world, title="后提交的目录")
    undated = WorkItem("没有时限的事项", "查看", "/x/", "市公安局", None)
    with registry.worklist_sources.override("test", lambda actor: [undated]):
        rows = worklist(actor_of(world.police_head))
    assert rows[0].item.title == str(late)
    assert rows[-1].item == undated
    assert rows[-1].deadline is None


def test_items_of_one_day_keep_the_order_in_which_they_came(world: World) -> None:
    now = timezone.make_aware(datetime(2026, 3, 2, 9))
    items = [
        WorkItem("三", "查看", "/3/", "市公安局", now),
        WorkItem("一", "查看", "/1/", "市公安局", now - timedelta(days=2)),
        WorkItem("二", "查看", "/2/", "市公安局", (now - timedelta(days=1)).date()),
    ]
    with registry.worklist_sources.override("test", lambda actor: items):
        rows = worklist(actor_of(world.police_head))
    assert [row.item.title for row in rows] == ["一", "二", "三"]


def test_the_cards_count_by_standing_and_filter(world: World) -> None:
    for title, day in (("逾期目录", "02-26"), ("今日目录", "02-27"), ("将到期目录", "03-02")):
        with time_machine.travel(f"2026-{day}T09:00:00+08:00"):
            scenes.a_submitted_entry(world, title=title)
    # Saturday 28 February is worked, so two working days after Thursday is Saturday.
    found = {row.item.title: row.standing for row in worklist(actor_of(world.police_head))}
    assert sorted(found.values()) == ["overdue", "soon", "today"]
    page = titles(world.police_head, "?standing=overdue")
    assert "逾期目录" in page
    assert "今日目录" not in page
    assert "没有符合条件的待办事项" in titles(world.police_head, "?whose=deputised")


def test_nonsense_in_the_address_shows_everything(world: World) -> None:
    scenes.a_submitted_entry(world)
    assert "居住证登记信息" in titles(world.police_head, "?standing=x&whose=y&page=zzz")


def test_deputies_see_it_marked_and_can_tell_it_apart(world: World, stands_in) -> None:
    scenes.a_submitted_entry(world)
    assert worklist(actor_of(world.police_security)) == []
    stands_in(world.police_head, world.police_security)
    own = WorkItem("本人的事项", "查看", "/own/", "市公安局", None)

    def source(actor) -> list[WorkItem]:
        # Holds for the person's own right alone.
        return [own] if actor.holds("confirm_grades") else []

    with registry.worklist_sources.override("test", source):
        rows = worklist(actor_of(world.police_security))
        assert {row.item.title: row.item.deputised for row in rows} == {
            "《居住证登记信息》": True,
            "本人的事项": False,
        }
        page = titles(world.police_security)
        assert f"您今天代理：{world.police_head.name}" in page
        assert "居住证登记信息" not in titles(world.police_security, "?whose=mine")
        assert "本人的事项" not in titles(world.police_security, "?whose=deputised")


def test_deputies_do_not_see_what_they_submitted(world: World, stands_in) -> None:
    scenes.a_submitted_entry(world)
    stands_in(world.police_head, world.police_cataloguer)
    assert worklist(actor_of(world.police_cataloguer)) == []
    assert len(worklist(actor_of(world.police_head))) == 1


def test_what_one_may_do_anyway_is_not_marked(world: World, stands_in) -> None:
    item = WorkItem("两人都能办的事项", "查看", "/x/", "市公安局", None)
    stands_in(world.police_head, world.police_security)
    with registry.worklist_sources.override("test", lambda actor: [item]):
        rows = worklist(actor_of(world.police_security))
    assert [row.item.deputised for row in rows] == [False]


def test_apps_add_cards(world: World) -> None:
    with registry.home_cards.override("test", lambda actor: [Card("本年调用次数", 1234)]):
        assert "本年调用次数" in titles(world.police_head)


@pytest.mark.parametrize("deputy", [False, True])
def test_it_costs_the_same_however_much_waits(world: World, stands_in, deputy: bool) -> None:
    reader = world.police_security if deputy else world.police_head
    if deputy:
        stands_in(world.police_head, world.police_security)
    client = Client()
    client.force_login(reader)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/").status_code == 200
        return len(captured)

    scenes.a_submitted_entry(world, title="第一项目录")
    client.get("/")
    at_1 = queries()
    for number in range(12):
        scenes.a_submitted_entry(world, title=f"另一项目录{number}")
    assert queries() == at_1
    assert at_1 <= 30


def test_a_finished_item_is_gone(world: World) -> None:
    entry = scenes.a_submitted_entry(world)
    assert len(worklist(actor_of(world.police_head))) == 1
    entries.move("sign", actor=actor_of(world.police_head), entry=entry)
    assert worklist(actor_of(world.police_head)) == []


def test_of_many_the_most_urgent_are_listed_and_the_page_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("citybrain.duties.worklist", "citybrain.views.home"):
        monkeypatch.setattr(f"{module}.MOST_LISTED", 2)
    made = [scenes.a_submitted_entry(world, title=f"第{n}个目录") for n in range(3)]
    later = [duty.pk for entry in made[:2] for duty in open_duties_of(entry)]
    Duty.objects.filter(pk__in=later).update(due_on=F("due_on") + timedelta(days=1))
    page = titles(world.police_head)
    assert [entry.title in page for entry in made] == [True, False, True]
    assert "每类只列出最紧急的2项" in page
    assert "每类只列出" not in titles(world.health_head)
