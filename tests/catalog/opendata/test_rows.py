"""Rows for the public: whose, which columns, in which files, and never of people."""

import csv
import io
import json
import secrets
from datetime import timedelta
from unittest import mock

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from redis.exceptions import ConnectionError as RedisAway

from catalog.choices import OpenType
from catalog.models import CatalogEntry
from catalog.opendata import files, views
from catalog.opendata.addresses import dataset_path, slug_of
from catalog.opendata.queries import described
from catalog.opendata.rows import objections, rows_of
from citybrain import registry
from citybrain.organizations.actors import system_actor
from security.models import ItemGrade
from sharing.models import InterfaceService
from tests import scenes
from tests.catalog.opendata.opened import ITEMS, ROWS, an_open_dataset, an_open_entry, with_rows
from tests.personas import World

pytestmark = pytest.mark.django_db


def fetch(entry: CatalogEntry, kind: str, **headers: str) -> bytes:
    answer = Client().get(reverse("opendata:rows", args=[slug_of(entry), kind]), headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"] == files.TYPES[kind]
    return b"".join(answer)


def test_rows_come_as_csv_json_and_xlsx_and_run_nothing(world: World) -> None:
    entry = an_open_dataset(world)
    names = [item["name"] for item in ITEMS]
    lines = list(csv.reader(io.StringIO(fetch(entry, "csv").decode("utf-8-sig"))))
    assert lines == [names, ROWS[0], ["2025-03-02", "'=1+1", "35"]]
    rows = json.loads(fetch(entry, "json"))
    assert rows == [dict(zip(names, row, strict=True)) for row in ROWS]
    cells = list(load_workbook(io.BytesIO(fetch(entry, "xlsx"))).active.rows)
    assert cells[2][1].data_type == "s"


def test_rows_that_somebody_has_are_not_sent_again(world: World) -> None:
    entry = an_open_dataset(world)
    url = reverse("opendata:rows", args=[slug_of(entry), "csv"])
    first = Client().get(url)
    again = Client().get(url, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    with_rows(world, entry, ROWS[:1])
    assert Client().get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_one_address_gets_so_many_files_a_minute(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = reverse("opendata:rows", args=[slug_of(an_open_dataset(world)), "csv"])
    monkeypatch.setattr(views, "FILES_PER_MINUTE", 1)
    monkeypatch.setattr(views, "MINUTE", timedelta(days=9))
    client, other = (Client(REMOTE_ADDR=f"2001:db8:{secrets.randbelow(60000):x}::1") for _ in "ab")
    first = client.get(url)
    answers = [first, client.head(url), client.get(url, headers={"If-None-Match": first["ETag"]})]
    assert [one.status_code for one in answers] == [200, 200, 304], "nothing is made for the latter"
    refused = client.get(url)
    assert (refused.status_code, refused["Retry-After"]) == (429, "777600")
    assert other.get(url).status_code == 200
    with mock.patch.object(cache, "add", side_effect=RedisAway):
        assert client.get(url).status_code == 200, "what is public does not depend on Redis"


def judged(entry: CatalogEntry) -> bool:
    """What lists say and what the page does must be one rule."""
    fresh = described().get(pk=entry.pk)
    assert fresh.has_rows == (rows_of(fresh) is not None)
    return bool(fresh.has_rows)


def test_rows_of_people_or_of_higher_grades_or_ungraded_are_never_published(world: World) -> None:
    entry = an_open_dataset(world)
    assert judged(entry)
    grade = ItemGrade.objects.filter(item__entry=entry).first()
    assert grade is not None
    for change in (
        {"grade": "general_3"},
        {"grade": "core"},
        {"category": "personal_contact", "grade": "general_1"},
        {"confirmed_for": "曾用名|C", "category": "operation", "grade": "general_1"},
    ):
        ItemGrade.objects.filter(pk=grade.pk).update(**change)
        assert not judged(entry), change
        assert grade.item.name in objections(entry, system_actor())[0]
        answer = Client().get(reverse("opendata:rows", args=[slug_of(entry), "csv"]))
        assert answer.status_code == 404
        assert "海口东寨港" not in Client().get(dataset_path(entry)).content.decode()
    ItemGrade.objects.filter(pk=grade.pk).delete()
    assert not judged(entry)


def test_rows_with_names_and_identity_numbers_stay_inside(world: World) -> None:
    entry = scenes.a_hosted_entry(world, open_type=OpenType.OPEN)
    assert not judged(entry)
    assert "陈琼生" not in Client().get(dataset_path(entry)).content.decode()


def test_a_service_that_is_switched_off_publishes_nothing(world: World) -> None:
    entry = an_open_dataset(world)
    InterfaceService.objects.filter(entry=entry).update(enabled=False)
    assert not judged(entry)
    assert not judged(an_open_entry(world, title="没有数据的目录"))


def test_where_nobody_judges_nothing_is_published(world: World) -> None:
    entry = an_open_dataset(world)
    with (
        registry.guards.override("catalog.opendata.publish_rows"),
        pytest.raises(registry.UnknownName),
    ):
        rows_of(entry)


@pytest.mark.parametrize(
    "title",
    [
        '日报"; filename="evil.exe',
        "日报\r\nSet-Cookie: session=stolen",
        "..\\../../etc/passwd",
        "日报\u202efdp.exe",
        "a" * 120,
    ],
)
def test_no_title_breaks_out_of_the_file_name(world: World, title: str) -> None:
    entry = an_open_dataset(world)
    CatalogEntry.objects.filter(pk=entry.pk).update(title=title)
    answer = Client().get(reverse("opendata:rows", args=[slug_of(entry), "csv"]))
    assert answer.status_code == 200
    named = answer["Content-Disposition"]
    assert "Set-Cookie" not in answer.headers
    for part in ("\r", "\n", "..\\", "../", "\u202e", 'filename="evil', "%E2%80%AE"):
        assert part not in named
    assert named.endswith((".csv", '.csv"'))


def test_the_provider_reads_why_its_rows_are_not_published(world: World, signed_in) -> None:
    entry = an_open_dataset(world)
    url = reverse("catalog:entry", args=[entry.pk])
    head = signed_in(world.police_head)
    assert "可预览和下载" in head.get(url).content.decode()
    grade = ItemGrade.objects.filter(item__entry=entry).latest("pk")
    ItemGrade.objects.filter(pk=grade.pk).update(grade="general_3")
    assert f"数据不向社会公布：{grade.item.name}" in head.get(url).content.decode()
    other = signed_in(world.health_head).get(url).content.decode()
    assert "不能下载数据" in other
    assert "数据不向社会公布" not in other
