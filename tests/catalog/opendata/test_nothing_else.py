"""Nothing that is not open appears in anything that the public reads, nor is it found by it."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from catalog.choices import OpenType, SharingType
from catalog.models import CatalogEntry
from catalog.negative_list.choices import Bars
from catalog.opendata.addresses import slug_of
from catalog.opendata.queries import described
from catalog.opendata.rows import rows_of
from tests import scenes
from tests.catalog.negative_list.lines import a_listed
from tests.catalog.opendata.opened import ITEMS, an_open_entry, open_values, with_rows
from tests.personas import World

pytestmark = pytest.mark.django_db
CLOSED_ITEM, CONDITIONAL_ITEM, WITHHELD_ITEM = "内部批次", "点位坐标", "涉密编号"
HIDDEN = "不公开的名称"
LISTING = (
    "package_list", "package_search?rows=1000", "current_package_list_with_resources", "tag_list",
    "group_list?all_fields=true", "organization_list?all_fields=true",
)  # fmt: skip


def outputs(entry: CatalogEntry | None = None) -> Iterator[tuple[str, str]]:
    """Every public address and what stands there."""
    urls = [
        reverse("opendata:catalog"),
        reverse("opendata:feed"),
        reverse("sitemap_section", args=["datasets"]),
        *(reverse("opendata:document", args=[suffix]) for suffix in ("jsonld", "rdf", "ttl")),
        *(f"/api/3/action/{name}" for name in LISTING),
    ]
    if entry is not None:
        slug = slug_of(entry)
        urls += [
            reverse("opendata:dataset", args=[slug]),
            reverse("opendata:dataset_document", args=[slug, "jsonld"]),
            *(reverse("opendata:rows", args=[slug, kind]) for kind in ("csv", "json")),
            f"/api/3/action/package_show?id={slug}",
        ]
    for url in urls:
        answer = Client().get(url)
        assert answer.status_code == 200, url
        yield url, (b"".join(answer) if answer.streaming else answer.content).decode()


def test_entries_that_are_not_open_appear_nowhere(world: World) -> None:
    open_ = an_open_entry(world, title="公开的")
    hidden = open_values(items=ITEMS, summary=HIDDEN)
    scenes.a_draft(world, **{**hidden, "title": "草稿"})
    scenes.a_submitted_entry(world, **{**hidden, "title": "待签发"})
    scenes.a_signed_entry(world, **{**hidden, "title": "待审核"})
    closed = {**hidden, "open_type": OpenType.CLOSED}
    scenes.a_published_entry(world, **{**closed, "title": "不开放"})
    withheld = {
        "sharing_type": SharingType.WITHHELD,
        "sharing_condition": "《保守国家秘密法》第二十三条",
    }
    scenes.a_published_entry(world, **{**closed, **withheld, "title": "不予共享"})
    retired = an_open_entry(world, title="已停用", summary=HIDDEN)
    CatalogEntry.objects.filter(pk=retired.pk).update(state="retired")
    scenes.a_revision(world, open_, summary=HIDDEN)
    scenes.a_signed_revision(world, an_open_entry(world, title="修订中"), summary=HIDDEN)
    assert {entry.title for entry in described()} == {"公开的", "修订中"}
    for url, text in outputs():
        assert HIDDEN not in text, url
    found = Client().get(reverse("opendata:catalog"), {"q": HIDDEN}).content.decode()
    assert "没有找到符合条件的数据集" in found


def an_entry_with_stricter_items(world: World) -> CatalogEntry:
    items = [
        *ITEMS,
        {"name": CLOSED_ITEM, "data_type": "C", "open_type": OpenType.CLOSED},
        {"name": CONDITIONAL_ITEM, "data_type": "C", "open_type": OpenType.CONDITIONAL},
        {
            "name": WITHHELD_ITEM,
            "data_type": "C",
            "open_type": OpenType.CLOSED,
            "sharing_type": SharingType.WITHHELD,
        },
    ]
    entry = an_open_entry(
        world,
        items=items,
        sharing_type=SharingType.CONDITIONAL,
        sharing_condition="涉密编号依据《保守国家秘密法》第二十三条不予共享",
        open_condition="点位坐标须注明用途",
    )
    return with_rows(world, entry, [["2025-03-01", "东寨港", "21", "批次甲", "坐标乙", "编号丙"]])


def test_closed_items_appear_nowhere_and_conditional_ones_without_values(world: World) -> None:
    entry = an_entry_with_stricter_items(world)
    fresh = described().get(pk=entry.pk)
    assert fresh.has_rows
    rows = rows_of(fresh)
    assert rows is not None
    assert rows.headings == [item["name"] for item in ITEMS]
    for url, text in outputs(entry):
        for hidden in (CLOSED_ITEM, "批次甲", "坐标乙", "编号丙"):
            assert hidden not in text, (url, hidden)
    page = Client().get(reverse("opendata:dataset", args=[slug_of(entry)])).content.decode()
    assert CONDITIONAL_ITEM in page


def test_nobody_finds_an_entry_by_a_closed_item(world: World) -> None:
    entry = an_entry_with_stricter_items(world)

    def finds(words: str) -> bool:
        page = Client().get(reverse("opendata:catalog"), {"q": words}).content.decode()
        return slug_of(entry) in page

    assert finds("空气质量日报")
    assert finds("监测站点")
    assert finds(CONDITIONAL_ITEM)
    assert finds(entry.code)
    assert finds(world.police.name)
    assert not finds(entry.system_name)
    for hidden in (CLOSED_ITEM, CLOSED_ITEM[:2], WITHHELD_ITEM, f"空气质量 {CLOSED_ITEM}"):
        assert not finds(hidden), hidden
        for query in ({"q": hidden}, {"fq": f'text:"{hidden}"'}):
            answer = Client().get("/api/3/action/package_search", query)
            assert answer.json()["result"]["count"] == 0, query


def test_what_the_negative_list_bars_from_opening_is_gone(world: World) -> None:
    entry = an_open_entry(world, title="名单之内", summary="每日指数。")
    entry = with_rows(world, entry, [["2025-03-01", "东寨港", "21"]])
    a_listed(world, entry, ("监测站点",), title="监测站点")
    fresh = described().get(pk=entry.pk)
    rows = rows_of(fresh)
    assert rows is not None
    assert rows.headings == ["监测日期", "空气质量指数"]
    for url, text in outputs(entry):
        assert "东寨港" not in text, url
        assert "监测站点" not in text, url
    a_listed(world, entry, (), title="整个目录", bars=Bars.SHARING)
    assert described().filter(pk=entry.pk).exists()
    a_listed(world, entry, (), title="整个目录不开放", bars=Bars.OPENING)
    assert not described().filter(pk=entry.pk).exists()
