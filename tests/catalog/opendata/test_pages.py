"""The public pages: who is in the list, what a dataset's page shows, and what it never shows."""

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from catalog.choices import OpenType
from catalog.models import Demand
from catalog.opendata.addresses import dataset_path, slug_of
from citybrain.organizations.models import Department
from tests.catalog.demand import demands
from tests.catalog.opendata.opened import (
    TITLE,
    an_open_dataset,
    an_open_entry,
    many_open,
    with_rows,
)
from tests.personas import World

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u3400-\u9fff]")


def page(url: str, **headers: str) -> str:
    answer = Client().get(url, headers=headers)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_the_public_finds_an_open_entry_and_reads_it_without_an_account(world: World) -> None:
    entry = an_open_dataset(world)
    found = page(reverse("opendata:catalog") + "?q=空气质量")
    assert dataset_path(entry) in found
    shown = page(dataset_path(entry))
    for text in (TITLE, "国控站点", "海口东寨港", entry.code, "application/ld+json"):
        assert text in shown
    for hidden in ("户政管理处", "居住证管理系统", "卞警录"):
        assert hidden not in shown


def test_a_conditional_entry_shows_its_terms_and_no_rows(world: World) -> None:
    entry = an_open_entry(world, open_type=OpenType.CONDITIONAL, open_condition="注明用途")
    shown = page(dataset_path(entry))
    assert "注明用途" in shown
    rows = reverse("opendata:rows", args=[slug_of(entry), "csv"])
    assert Client().get(rows).status_code == 404


def test_an_english_reader_finds_no_chinese_but_in_the_data(world: World, settings) -> None:
    settings.SITE_NAME = "Haikou"
    items = [{"name": "day", "data_type": "D"}, {"name": "index", "data_type": "I"}]
    entry = an_open_entry(world, title="Air", summary="Daily index", items=items)
    an_open_entry(
        world, title="Bus", summary="Lines", open_type=OpenType.CONDITIONAL, open_condition="x"
    )
    with_rows(world, entry, [["2025-03-01", "3"]])
    Department.objects.filter(pk=world.police.pk).update(name="Police", short_name="Police")
    demand = demands.a_published(world, title="Bus", text="Please", entry=entry)
    Demand.objects.update(answer="Yes")
    for url in (
        reverse("opendata:demands") + "?kind=error",
        reverse("opendata:demands") + "?q=nothing",
        reverse("opendata:demand", args=[demand.number]),
        reverse("opendata:demand_new"),
        reverse("opendata:demand_received", args=[demand.number]),
        reverse("opendata:catalog"),
        reverse("opendata:catalog") + "?theme=01&q=Air&cycle=monthly",
        reverse("opendata:catalog") + "?q=nothing",
        reverse("opendata:interfaces"),
        dataset_path(entry),
    ):
        text = html.document_fromstring(page(url, **{"Accept-Language": "en"}))
        for hidden in text.xpath("//script | //form[contains(@class, 'tool-language')]"):
            hidden.drop_tree()
        parts = [*text.itertext(), *text.xpath("//@placeholder | //@aria-label | //@title")]
        chinese = {part.strip() for part in parts if CHINESE.search(part)}
        chinese -= {'/api/3/action/package_search?q=数据&rows=5&facet.field=["organization"]'}
        assert not chinese, url
        assert text.get("lang") == "en"


def test_pages_inside_stay_chinese_whatever_the_browser_says(world: World, signed_in) -> None:
    client = signed_in(world.police_head)
    answer = client.get(reverse("catalog:search"), headers={"Accept-Language": "en"})
    assert "查询" in answer.content.decode()
    assert 'name="language"' not in answer.content.decode()


def test_the_feed_the_sitemap_and_robots_name_what_is_open(world: World) -> None:
    entry = an_open_dataset(world)
    feed = page(reverse("opendata:feed"))
    assert "http://www.w3.org/2005/Atom" in feed
    for text in (feed, page(reverse("sitemap_section", args=["datasets"]))):
        assert dataset_path(entry) in text
    assert "sitemap-datasets.xml" in page(reverse("sitemap"))
    assert "Disallow: /\n" in page(reverse("robots"))


def test_search_engines_read_the_dataset_and_markup_in_it_ends_nothing(world: World) -> None:
    entry = an_open_dataset(world, summary="指数</script><script>alert(1)</script>")
    text = page(dataset_path(entry))
    assert "<script>alert" not in text
    block = html.document_fromstring(text).xpath('//script[@type="application/ld+json"]')[0]
    data = json.loads(block.text)
    assert data["@type"] == "Dataset"
    assert data["description"].startswith("指数</script>")
    assert [one["encodingFormat"] for one in data["distribution"]][:1] == ["text/csv"]


def test_the_list_costs_the_same_with_2_and_with_200(world: World) -> None:
    counts: dict[str, list[int]] = {}
    made = 0
    for size in (2, 200):
        many_open(world, size, made)
        made = size
        for url in (
            reverse("opendata:catalog"),
            reverse("opendata:catalog") + "?q=登记&theme=01&open=open",
            reverse("opendata:feed"),
            reverse("sitemap_section", args=["datasets"]),
        ):
            Client().get(url)
            with CaptureQueriesContext(connection) as captured:
                assert Client().get(url).status_code == 200
            counts.setdefault(url, []).append(len(captured))
    assert all(few == lots for few, lots in counts.values()), counts
    assert max(lots for _few, lots in counts.values()) <= 5


def test_the_sitemap_follows_the_catalog_at_once(world: World, django_assert_num_queries) -> None:
    entry = an_open_dataset(world)
    url = reverse("sitemap_section", args=["datasets"])
    assert dataset_path(entry) in page(url)
    with django_assert_num_queries(1):
        assert dataset_path(entry) in page(url)
    type(entry).objects.filter(pk=entry.pk).update(state="retired")
    assert dataset_path(entry) not in page(url)
    for wrong in (f"{url}?p=x", f"{url}?p=99", reverse("sitemap_section", args=["staff"])):
        assert Client().get(wrong).status_code == 404
