"""What every page shows around its content, for whom, and at what cost."""

import pytest
from django.test import RequestFactory
from django.urls import reverse

from citybrain import registry, shell
from citybrain.registry import MenuItem
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def labels(groups) -> set[str]:
    return {str(item.label) for group in groups for item in group.items}


def test_every_menu_item_leads_to_a_page(world: World) -> None:
    for item in registry.menu:
        assert reverse(item.url_name), item.code


def test_the_menu_holds_what_the_person_may_do(world: World) -> None:
    seen = {name: labels(shell.menu_of(actor_of(p), "/")) for name, p in world.people.items()}
    assert "工作簿导入" in seen["police_cataloguer"]
    assert "工作簿导入" not in seen["police_head"]
    assert "目录审核" in seen["approver"]
    assert "目录审核" not in seen["police_cataloguer"]
    assert "审计记录" in seen["auditor"]
    assert "审计记录" not in seen["approver"]
    for name, menu in seen.items():
        assert {"待办事项", "消息通知"} <= menu, name


def test_a_deputys_menu_grows(world: World, stands_in) -> None:
    stands_in(world.police_cataloguer, world.police_head)
    assert "工作簿导入" in labels(shell.menu_of(actor_of(world.police_head), "/"))


def test_the_workbench_comes_first_and_supervision_late(world: World) -> None:
    groups = [str(group.label) for group in shell.menu_of(actor_of(world.auditor), "/")]
    assert groups[0] == "工作台"
    assert groups.index("监督") > groups.index("数据目录")
    assert len(groups) == len(set(groups))


@pytest.mark.parametrize(
    ("path", "active"),
    [
        ("/", "待办事项"),
        ("/notices/", "消息通知"),
        ("/notices/12/", "消息通知"),
        ("/notices/deputies/", "AB角代理"),
        ("/nowhere/", None),
    ],
)
def test_the_nearest_item_is_marked(world: World, path: str, active: str | None) -> None:
    groups = shell.menu_of(actor_of(world.police_head), path)
    marked = [str(item.label) for group in groups for item in group.items if item.active]
    assert marked == ([active] if active else [])


def test_an_item_whose_page_is_missing_breaks_nothing(world: World) -> None:
    item = MenuItem("x", "办理", "没有页面", "no:such", "x")
    with registry.menu.override("x", item):
        assert "没有页面" not in labels(shell.menu_of(actor_of(world.police_head), "/"))


def test_a_badge_is_counted_for_the_person(world: World) -> None:
    item = MenuItem("x", "办理", "有数字", "home", "x", badge=lambda actor: 7)
    with registry.menu.override("x", item):
        groups = shell.menu_of(actor_of(world.police_head), "/")
    assert [i.badge for g in groups for i in g.items if str(i.label) == "有数字"] == [7]


def test_the_site_comes_from_the_settings(settings, db: None) -> None:
    settings.SITE_NAME, settings.AUTHORITY_NAME = "某市门户", "某市数据局"
    shown = shell.context(RequestFactory().get("/"))
    assert (shown["site"].name, shown["site"].authority) == ("某市门户", "某市数据局")
    assert set(shown) == {"site"}


@pytest.mark.parametrize("path", ["/api/v1/entries/", "/gateway/v1/services/x", "/healthz"])
def test_machine_paths_cost_nothing(world: World, path: str, django_assert_num_queries) -> None:
    request = RequestFactory().get(path)
    request.actor = actor_of(world.police_head)
    with django_assert_num_queries(0):
        assert set(shell.context(request)) == {"site"}


def test_nothing_is_asked_until_it_is_shown(world: World, told, django_assert_num_queries) -> None:
    told(world.police_head)
    request = RequestFactory().get("/")
    request.actor = actor_of(world.police_head)
    with django_assert_num_queries(0):
        shown = shell.context(request)
    with django_assert_num_queries(1):
        assert shown["unread_count"]() == 1
        assert shown["unread_count"]() == 1


def test_the_bell_shows_the_count(world: World, signed_in, told) -> None:
    for _ in range(3):
        told(world.police_head)
    assert "3 条未读" in signed_in(world.police_head).get("/").content.decode()
    for _ in range(100):
        told(world.police_head)
    assert "99+" in signed_in(world.police_head).get("/").content.decode()
