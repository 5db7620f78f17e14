"""Entries over the API: the same answers and the same refusals as the pages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalog.choices import EntryState, SharingType
from catalog.models import CatalogEntry, DataItem
from catalog.policies import entry_policy
from catalog.services import entries
from citybrain.organizations.models import User
from tests import scenes
from tests.api.conftest import Calling
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
ENTRIES = "/api/v1/entries/"


def draft_body(**changes: Any) -> dict[str, Any]:
    return {"department": "police", **scenes.entry_values(), "items": scenes.ITEMS, **changes}


def published(world: World, *titles: str, **values: Any) -> None:
    """Entries of the police as they are once published, without the way there."""
    for title in titles:
        entry = scenes.a_draft(world, title=title, **values)
        CatalogEntry.objects.filter(pk=entry.pk).update(
            state=EntryState.PUBLISHED, published_on="2026-03-02"
        )


@pytest.fixture
def three(world: World) -> None:
    published(world, "居住证登记信息", "户籍人口信息")
    published(world, "公安派出所名录", sharing_type=SharingType.UNCONDITIONAL, theme="02")
    scenes.a_draft(world, title="居住证草稿信息")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"q": "居住证"},
        {"q": "身份号码"},
        {"sharing": "1"},
        {"theme": ["01", "02"], "q": "信息"},
        {"sort": "title"},
        {"q": "没有这样的目录"},
    ],
)
def test_the_search_finds_what_the_page_finds(
    world: World,
    three: None,
    calling: Calling,
    signed_in: Callable[[User], Client],
    query: dict[str, Any],
) -> None:
    answer = calling(world.water_head).get(ENTRIES, query).json()
    page = signed_in(world.water_head).get("/catalog/", query).content.decode()
    shown = re.findall(r'href="/catalog/(\d+)/"', page.partition('id="results"')[2])
    assert [one["id"] for one in answer["results"]] == [int(pk) for pk in dict.fromkeys(shown)]
    assert answer["count"] == len(answer["results"])


def test_departments_are_named_by_their_code(world: World, three: None, calling: Calling) -> None:
    caller = calling(world.water_head)
    assert caller.get(ENTRIES, {"department": "police"}).json()["count"] == 3
    assert caller.get(ENTRIES, {"department": ["police", "health"]}).json()["count"] == 3
    for other in ("health", "nowhere", "x" * 500):
        assert caller.get(ENTRIES, {"department": other}).json()["count"] == 0


def test_odd_filters_break_nothing(world: World, three: None, calling: Calling) -> None:
    caller = calling(world.water_head)
    for query in (
        {"q": "'); --"},
        {"sharing": "x"},
        {"sort": ";"},
        {"page_size": "x"},
        {"page_size": "-1"},
    ):
        assert caller.get(ENTRIES, query).status_code == 200, query
    assert caller.get(ENTRIES, {"page": "x"}).status_code == 404
    for odd in ("x", "0", "99999999999999999999", "%00"):
        assert caller.get(f"{ENTRIES}{odd}/").status_code == 404, odd


def test_own_entries_are_for_people_of_a_department(
    world: World, three: None, calling: Calling
) -> None:
    own = calling(world.police_head).get(ENTRIES, {"scope": "own", "state": "draft"}).json()
    assert [one["title"] for one in own["results"]] == ["居住证草稿信息"]
    assert calling(world.water_head).get(ENTRIES, {"scope": "own"}).json()["count"] == 0
    assert calling(world.approver).get(ENTRIES, {"scope": "own"}).status_code == 403


def test_one_entry_is_shown_with_its_items_and_moves(world: World, calling: Calling) -> None:
    entry = scenes.a_draft(world)
    shown = calling(world.police_cataloguer).get(f"{ENTRIES}{entry.pk}/").json()
    assert shown["code"] == entry.code
    assert shown["department"] == "police"
    assert [item["name"] for item in shown["items"]] == [item["name"] for item in scenes.ITEMS]
    assert shown["moves"] == ["submit", "discard"]
    assert calling(world.police_head).get(f"{ENTRIES}{entry.pk}/").json()["moves"] == []


def test_a_draft_of_another_department_is_not_there(world: World, calling: Calling) -> None:
    entry = scenes.a_draft(world)
    stranger = calling(world.health_cataloguer)
    for answer in (
        stranger.get(f"{ENTRIES}{entry.pk}/"),
        stranger.patch(f"{ENTRIES}{entry.pk}/", {"version": 0}),
        stranger.post(f"{ENTRIES}{entry.pk}/moves/submit/", {"version": 0}),
    ):
        assert answer.status_code == 404
        assert "居住证" not in answer.content.decode()
    assert stranger.get(ENTRIES, {"scope": "seen"}).json()["count"] == 0


def test_from_draft_to_publication_by_api(world: World, calling: Calling) -> None:
    cataloguer, head = calling(world.police_cataloguer), calling(world.police_head)
    made = cataloguer.post(ENTRIES, draft_body())
    assert made.status_code == 201
    entry = made.json()
    path = f"{ENTRIES}{entry['id']}/"
    assert entry["state"] == "draft"
    assert entry["code"].endswith("/000001")

    changed = cataloguer.patch(path, {"version": entry["version"], "office": "治安管理支队"})
    assert changed.status_code == 200
    assert changed.json()["office"] == "治安管理支队"
    assert len(changed.json()["items"]) == len(scenes.ITEMS)
    shorter = cataloguer.patch(
        path, {"version": changed.json()["version"], "items": scenes.ITEMS[:2]}
    ).json()
    assert [item["name"] for item in shorter["items"]] == ["登记编号", "姓名"]

    ungraded = cataloguer.post(f"{path}moves/submit/", {"version": shorter["version"]})
    assert ungraded.status_code == 422
    assert "分级" in ungraded.json()["reasons"][0]
    scenes.grade_all(CatalogEntry.objects.get(pk=entry["id"]), world.police_security)
    submitted = cataloguer.post(f"{path}moves/submit/", {"version": shorter["version"]}).json()
    assert (submitted["state"], submitted["moves"]) == ("signing", ["recall"])
    signed = head.post(f"{path}moves/sign/", {"version": submitted["version"]}).json()
    done = calling(world.approver).post(f"{path}moves/publish/", {"version": signed["version"]})
    assert done.json()["state"] == "published"
    assert CatalogEntry.objects.get(pk=entry["id"]).revisions.count() == 1


def test_what_is_wrong_is_named_by_field_and_nothing_is_saved(
    world: World, calling: Calling
) -> None:
    caller = calling(world.police_cataloguer)
    wrong_items = [*scenes.ITEMS[:2], {**scenes.ITEMS[0]}, {"name": "日期", "data_type": "?"}]
    for body, names in (
        ({"department": "police"}, {"title", "summary", "theme", "sharing_type"}),
        (draft_body(items=wrong_items), {"items-3-data_type"}),
        (draft_body(items=wrong_items[:3]), {"items-2-name"}),
        (draft_body(title="，。", class_item="99"), {"title", "class_item"}),
        (draft_body(department="nowhere"), {"department"}),
        (draft_body(title="居" * 129), {"title"}),
        (draft_body(title="居住\x00证"), {"title"}),
        (draft_body(department="a\x00b"), {"department"}),
        (draft_body(items=[{"name": "半\ud800", "data_type": "C"}]), {"items-0-name"}),
        (draft_body(sharing_type=7), {"sharing_type"}),
        ([1, 2], {""}),
    ):
        answer = caller.post(ENTRIES, body)
        assert answer.status_code == 400, body
        problem = answer.json()
        assert names <= set(problem["errors"]), problem
        assert all(isinstance(text, str) for found in problem["errors"].values() for text in found)
    assert not CatalogEntry.objects.exists()
    assert not DataItem.objects.exists()


def test_what_the_portal_decides_is_not_taken_from_the_caller(
    world: World, calling: Calling
) -> None:
    caller = calling(world.police_cataloguer)
    decided = {
        "id": 7, "code": "307460100999/000009", "state": "published", "version": 9,
        "published_on": "2020-01-01", "submitted_by": world.police_head.pk, "moves": ["publish"],
    }  # fmt: skip
    made = caller.post(ENTRIES, draft_body(**decided)).json()
    changed = caller.patch(
        f"{ENTRIES}{made['id']}/", {**decided, "version": 0, "department": "health"}
    ).json()
    for answer, version in ((made, 0), (changed, 1)):
        assert (answer["state"], answer["version"]) == ("draft", version)
        assert answer["department"] == "police"
        assert answer["published_on"] is None
        assert answer["code"] != decided["code"]
    assert CatalogEntry.objects.get().submitted_by is None


def test_a_title_is_taken_once(world: World, calling: Calling) -> None:
    caller = calling(world.police_cataloguer)
    assert caller.post(ENTRIES, draft_body()).status_code == 201
    again = caller.post(ENTRIES, draft_body(title="居住证 登记信息"))
    assert again.status_code == 400
    assert "同名" in again.json()["errors"]["title"][0]


def test_a_draft_is_made_for_ones_own_department_by_a_cataloguer(
    world: World, calling: Calling
) -> None:
    for person in (world.police_head, world.approver, world.auditor):
        assert calling(person).post(ENTRIES, draft_body()).status_code == 403
    assert calling(world.health_cataloguer).post(ENTRIES, draft_body()).status_code == 403
    assert not CatalogEntry.objects.exists()


def test_stale_versions_and_wrong_states_are_conflicts(world: World, calling: Calling) -> None:
    caller = calling(world.police_cataloguer)
    entry = scenes.a_draft(world)
    path = f"{ENTRIES}{entry.pk}/"
    assert caller.patch(path, {"version": 0, "office": "甲处"}).status_code == 200
    stale = caller.patch(path, {"version": 0, "office": "乙处"})
    assert stale.status_code == 409
    assert stale.json()["state"] == "草稿"
    scenes.grade_all(entry, world.police_security)
    assert caller.post(f"{path}moves/submit/", {"version": 0}).status_code == 409
    scenes.grade_all(entry, world.police_security)
    assert caller.post(f"{path}moves/submit/", {"version": 1}).status_code == 200
    late = caller.patch(path, {"version": 2, "office": "丙处"})
    assert (late.status_code, late.json()["state"]) == (409, "待本单位签发")
    entry.refresh_from_db()
    assert entry.office == "甲处"


def test_moves_want_their_words_and_exist(world: World, calling: Calling) -> None:
    caller = calling(world.police_cataloguer)
    path = f"{ENTRIES}{scenes.a_draft(world).pk}/moves/"
    without = caller.post(f"{path}discard/", {"version": 0})
    assert without.status_code == 400
    assert "reason" in without.json()["errors"]
    assert "version" in caller.post(f"{path}submit/").json()["errors"]
    assert "version" in caller.post(f"{path}submit/", {"version": 10**12}).json()["errors"]
    assert caller.post(f"{path}explode/", {"version": 0}).status_code == 404
    done = caller.post(f"{path}discard/", {"version": 0, "reason": "重复编制"})
    assert done.json()["state"] == "discarded"


def test_everybody_is_listed_exactly_what_the_policy_shows(world: World, calling: Calling) -> None:
    scenes.a_draft(world, title="草稿信息")
    scenes.a_submitted_entry(world, title="待签信息")
    scenes.a_signed_entry(world, title="待审信息")
    scenes.a_published_entry(world, title="已发布信息")
    entries.compile_entry(
        actor=actor_of(world.health_cataloguer),
        department=world.health,
        values=scenes.entry_values(title="预防接种信息"),
        items=scenes.ITEMS,
    )
    for name, person in world.people.items():
        visible = set(entry_policy.queryset(actor_of(person)).values_list("pk", flat=True))
        assert calling(person).ids(ENTRIES, {"scope": "seen"}) == visible, name


def test_a_list_costs_the_same_at_2_and_at_200_entries(world: World, calling: Calling) -> None:
    caller = calling(world.police_head)
    published(world, "第一项信息", "第二项信息")
    queries = {
        scope: caller.queries(ENTRIES, {"scope": scope, "page_size": 100})
        for scope in ("", "own", "seen")
    }
    CatalogEntry.objects.bulk_create(
        CatalogEntry(
            **scenes.entry_values(title=f"批量信息{number}"),
            title_key=f"批量信息{number}",
            code=f"307460100100/9{number:05}",
            department=world.police,
            state=EntryState.PUBLISHED,
            published_on="2026-03-02",
        )
        for number in range(200)
    )
    for scope, before in queries.items():
        assert caller.queries(ENTRIES, {"scope": scope, "page_size": 100}) == before
        answer = caller.get(ENTRIES, {"scope": scope, "page_size": 5000}).json()
        assert (len(answer["results"]), answer["count"]) == (100, 202)


def test_odd_characters_are_refused_or_taken_out(world: World, calling: Calling) -> None:
    caller = calling(world.police_cataloguer)
    assert caller.get(ENTRIES, {"q": "\x00"}).status_code == 400
    assert "不能识别的字符" in caller.get(ENTRIES, {"q": "\x00"}).json()["detail"]
    made = caller.post(ENTRIES, draft_body(title="居住证\n登记\ufffe信息"))
    assert made.status_code == 201, made.content
    assert made.json()["title"] == "居住证 登记信息"


def test_a_revision_is_begun_and_found_by_api(world: World, calling: Calling) -> None:
    entry = scenes.a_published_entry(world)
    caller = calling(world.police_cataloguer)
    words = {"version": entry.version, "reason": "办法修订"}
    begun = caller.post(f"{ENTRIES}{entry.pk}/moves/revise/", words)
    assert begun.json()["state"] == "published"
    rows = caller.get(f"{ENTRIES}?scope=own&state=draft").json()["results"]
    assert [(row["revises"], row["state"]) for row in rows] == [(entry.pk, "draft")]
    copy = caller.get(f"{ENTRIES}{rows[0]['id']}/").json()
    assert (copy["revises"], copy["title"]) == (entry.pk, entry.title)
    assert "submit" in copy["moves"]
