"""Searching the catalog: words as people type them, facets, who finds what, in which order."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from catalog.models import CatalogEntry
from tests.catalog import many
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
SEARCH = reverse("catalog:search")
POLICE = [
    {"title": "居住证登记信息", "items": ("登记编号", "持证人姓名"), "theme": "01"},
    {"title": "机动车登记信息", "items": ("号牌号码", "车架号"), "theme": "10", "sharing_type": 1},
    {
        "title": "人口出生信息",
        "items": ("姓名",),
        "summary": "含居住地和居住证号码。",
        "theme": "03",
    },
]
HEALTH = [
    {"title": "预防接种信息", "items": ("居住证号", "疫苗名称"), "theme": "02"},
    {
        "title": "医疗机构执业许可",
        "items": ("机构名称",),
        "summary": "全市医疗机构。",
        "theme": "02",
    },
]


@pytest.fixture
def catalog(world: World) -> World:
    many.drafts(actor_of(world.police_cataloguer), world.police, *POLICE, state="published")
    many.drafts(actor_of(world.health_cataloguer), world.health, *HEALTH, state="published")
    for state in ("draft", "signing", "reviewing", "retired"):
        many.drafts(
            actor_of(world.police_cataloguer),
            world.police,
            {"title": f"居住证{state}信息"},
            state=state,
        )
    return world


def titles(client: Client, **query: Any) -> list[str]:
    page = client.get(SEARCH, query)
    assert page.status_code == 200
    return [entry.title for entry, _tone, _names in page.context["rows"]]


def facet(client: Client, name: str, **query: Any) -> dict[str, int]:
    (group,) = (one for one in client.get(SEARCH, query).context["groups"] if one.name == name)
    return {str(option.label): option.count for option in group.options}


def test_words_of_any_length_find_what_they_occur_in(catalog: World, signed_in) -> None:
    client = signed_in(catalog.water_cataloguer)
    code = CatalogEntry.objects.get(title="机动车登记信息").code
    for words, found in {
        "证": {"居住证登记信息", "人口出生信息", "预防接种信息"},
        "居住": {"居住证登记信息", "人口出生信息", "预防接种信息"},
        "机动车": {"机动车登记信息"},
        "疫苗名称": {"预防接种信息"},
        "登记 居住": {"居住证登记信息"},
        "登记　信息": {"居住证登记信息", "机动车登记信息"},
        "公安局": {"居住证登记信息", "机动车登记信息", "人口出生信息"},
        code: {"机动车登记信息"},
        code[:12]: {"居住证登记信息", "机动车登记信息", "人口出生信息"},
        "火星": set(),
        "，。！": set(),
        "'; drop table": set(),
    }.items():
        assert set(titles(client, q=words)) == found, words


def test_everyday_words_find_what_is_written_in_official_ones(catalog: World, signed_in) -> None:
    many.drafts(
        actor_of(catalog.police_cataloguer),
        catalog.police,
        {"title": "最低生活保障对象信息", "items": ("公民身份号码",)},
        state="published",
    )
    client = signed_in(catalog.water_cataloguer)
    spelled = ("sfz", "SFZ", "sfzh", "shenfenzheng")
    for asked in ("低保", "身份证", "身份证号", "低保 公民身份号码", "低保对象", *spelled):
        assert titles(client, q=asked) == ["最低生活保障对象信息"], asked
    assert titles(client, q="低保 机动车") == []


def test_a_name_comes_before_an_item_and_an_item_before_the_summary(
    catalog: World, signed_in
) -> None:
    client = signed_in(catalog.water_cataloguer)
    assert titles(client, q="居住证") == ["居住证登记信息", "预防接种信息", "人口出生信息"]
    exact = CatalogEntry.objects.get(title="人口出生信息").code
    assert titles(client, q=exact) == ["人口出生信息"]
    assert titles(client, sort="title")[:2] == ["机动车登记信息", "居住证登记信息"]


def test_only_published_entries_are_found_except_in_the_departments_own_list(
    catalog: World, signed_in
) -> None:
    for person in (catalog.water_cataloguer, catalog.police_head, catalog.approver):
        assert len(titles(signed_in(person))) == 5
    own = signed_in(catalog.police_head).get(reverse("catalog:own"), {"q": "居住证"})
    assert {entry.state for entry, _tone, _names in own.context["rows"]} == {
        "published",
        "draft",
        "signing",
        "reviewing",
        "retired",
    }
    theirs = signed_in(catalog.health_head).get(reverse("catalog:own"), {"q": "居住证"})
    assert [entry.title for entry, _tone, _names in theirs.context["rows"]] == ["预防接种信息"]


def test_facets_count_what_is_left_by_all_other_choices(catalog: World, signed_in) -> None:
    client = signed_in(catalog.water_cataloguer)
    assert facet(client, "department") == {"市公安局": 3, "市卫健委": 2}
    assert facet(client, "sharing") == {"无条件共享": 1, "有条件共享": 4}
    assert facet(client, "theme")["健康保障"] == 2
    assert facet(client, "department", q="居住证") == {"市公安局": 2, "市卫健委": 1}
    # Another department can still be added to the one that was chosen.
    chosen = {"department": catalog.health.pk, "theme": "02"}
    assert facet(client, "department", **chosen) == {"市卫健委": 2}
    assert facet(client, "theme", department=catalog.health.pk) == {"健康保障": 2}
    assert titles(client, sharing="1") == ["机动车登记信息"]
    assert set(titles(client, theme=["01", "10"])) == {"居住证登记信息", "机动车登记信息"}
    # A choice with nothing left in it stays to be taken back.
    assert facet(client, "theme", q="居住证", theme="10") == {
        "公共服务": 1,
        "健康保障": 1,
        "社会保障": 1,
        "社区治理": 0,
    }


def test_what_makes_no_sense_in_an_address_counts_as_not_asked_for(
    catalog: World, signed_in
) -> None:
    client = signed_in(catalog.water_cataloguer)
    nonsense = {"department": "x", "theme": "99", "sharing": "-1", "sort": "; drop", "page": "zz"}
    assert len(titles(client, **nonsense)) == 5
    assert titles(client, department="9" * 15) == []
    assert len(titles(client, page="999")) == 5
    assert titles(client, q="长" * 5000) == []


def test_the_page_marks_the_words_and_says_when_there_is_nothing(catalog: World, signed_in) -> None:
    client = signed_in(catalog.water_cataloguer)
    body = client.get(SEARCH, {"q": "居住证"}).content.decode()
    assert "<mark>居住证</mark>登记信息" in body
    assert "信息项：<mark>居住证</mark>号、疫苗名称" in body
    assert "共 3 个信息资源" in body
    body = client.get(SEARCH, {"q": "<script>alert(1)</script>"}).content.decode()
    assert "没有找到符合条件的信息资源" in body
    assert "<script>alert" not in body


def test_the_command_derives_anew_what_entries_are_found_by(catalog: World, signed_in) -> None:
    client = signed_in(catalog.water_cataloguer)
    assert titles(client, q="jdc") == ["机动车登记信息"]
    CatalogEntry.objects.update(search=None, title_pinyin="")
    assert titles(client, q="jdc") == []
    call_command("reindex_catalog")
    assert titles(client, q="jdc") == ["机动车登记信息"]
    assert titles(client, q="hphm") == ["机动车登记信息"]
    assert not CatalogEntry.objects.filter(title_pinyin="").exists()


def test_what_comes_near_is_said_to_be_only_near(catalog: World, signed_in) -> None:
    client = signed_in(catalog.water_cataloguer)
    page = client.get(SEARCH, {"q": "机动车信息"})
    assert "没有与“机动车信息”完全一致的结果，以下为相近的结果。" in page.content.decode()
    assert [entry.title for entry, *_rest in page.context["rows"]] == ["机动车登记信息"]
    assert "以下为相近的结果" not in client.get(SEARCH, {"q": "机动车"}).content.decode()
