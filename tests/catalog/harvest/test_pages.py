"""The pages of harvesting: forms keep what was typed, lists cost the same at any length."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import HarvestedEntry, HarvestSource
from tests.catalog import many
from tests.catalog.harvest.portals import a_source
from tests.catalog.test_import_files import text_of
from tests.personas import World

pytestmark = pytest.mark.django_db
FORM = {
    "name": "省开放平台",
    "kind": "ckan",
    "address": "https://data.example.cn",
    "schedule": "weekly",
    "is_active": "on",
}


def test_a_source_is_set_up_and_changed(world: World, signed_in: Any) -> None:
    client = signed_in(world.police_cataloguer)
    url = reverse("catalog:harvest_new")
    given = {**FORM, "department": world.police.pk}
    shown = client.post(url, {**given, "address": "ftp://example.com"})
    assert shown.status_code == 422
    assert "地址须以 http:// 或 https:// 开头。" in text_of(shown)
    assert 'value="省开放平台"' in shown.content.decode()
    assert client.post(url, {**given, "department": world.health.pk}).status_code == 422
    page = client.post(url, given, follow=True)
    assert "采集来源已保存。" in text_of(page)
    assert "还没有采集过" in text_of(page)
    source = HarvestSource.objects.get()
    assert (source.answerable, source.schedule) == (world.police_cataloguer, "weekly")
    again = client.post(url, given)
    assert "本单位已有同名的采集来源" in text_of(again)
    edit = reverse("catalog:harvest_edit", args=[source.pk])
    client.post(edit, {**FORM, "name": "国家平台", "is_active": ""})
    source.refresh_from_db()
    assert (source.name, source.is_active, source.department) == ("国家平台", False, world.police)
    assert "国家平台" in text_of(client.get(reverse("catalog:harvest")))
    assert "国家平台" not in text_of(
        signed_in(world.health_cataloguer).get(reverse("catalog:harvest"))
    )


def test_asking_now_is_done_by_the_worker(world: World, signed_in: Any) -> None:
    source = a_source(world, "http://127.0.0.1:8009")
    client = signed_in(world.police_cataloguer)
    page = client.post(reverse("catalog:harvest_run", args=[source.pk]), follow=True)
    assert "内部网络" in text_of(page)
    assert "没有完成" in text_of(page)


def test_the_page_of_a_source_costs_the_same_at_any_length(world: World, signed_in: Any) -> None:
    source = a_source(world, "http://127.0.0.1:8009")
    client = signed_in(world.police_cataloguer)
    url = reverse("catalog:harvest_source", args=[source.pk])

    def asked(count: int, start: int = 0) -> int:
        HarvestedEntry.objects.bulk_create(
            HarvestedEntry(
                source=source,
                source_key=entry.code,
                entry=entry,
                content={},
                seen_at=timezone.now(),
            )
            for entry in many.police(world, count, start)
        )
        source.runs.create(state="done")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    asked(1)  # whatever is asked for once and kept
    few = asked(3, 1)
    assert asked(60, 3) == few
