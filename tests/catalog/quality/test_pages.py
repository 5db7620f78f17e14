"""The pages of data quality."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import CatalogEntry, QualityCheck, QualityRule
from catalog.quality.choices import CheckState
from citybrain.audit.models import AuditRecord
from tests.catalog import many
from tests.catalog.quality import data
from tests.personas import World

pytestmark = pytest.mark.django_db


def test_the_provider_sees_scores_findings_and_rules_and_others_the_scores(
    world: World, signed_in: Any
) -> None:
    entry = data.a_checked_entry(world)
    police, water = signed_in(world.police_cataloguer), signed_in(world.water_head)
    page = reverse("catalog:entry", args=[entry.pk])
    details = reverse("catalog:quality", args=[entry.pk])
    assert details in police.get(page).content.decode()
    shown = water.get(page).content.decode()
    assert "数据质量得分" in shown
    assert details not in shown
    text = police.get(details).content.decode()
    assert "公民身份号码（校验位）" in text
    assert "添加规则" in text
    bureau = signed_in(world.approver).get(details).content.decode()
    assert "添加规则" not in bureau


def test_findings_are_downloaded_by_row_and_that_is_on_record(world: World, signed_in: Any) -> None:
    entry = data.a_checked_entry(world)
    client = signed_in(world.police_cataloguer)
    address = reverse("catalog:quality_findings", args=[entry.pk])
    content = b"".join(client.post(address, {"format": "csv"}).streaming_content)  # type: ignore[arg-type]
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0][0] == "数据行"
    assert {(row[0], row[2]) for row in rows[1:]} == {("2", "公民身份号码"), ("3", "市辖区代码")}
    assert client.post(address, {"format": "xlsx"}).content.startswith(b"PK")
    assert AuditRecord.objects.filter(verb="access.exported", subject_id=entry.pk).count() == 2


def test_rules_are_set_on_the_page_and_bad_ones_come_back_as_typed(
    world: World, signed_in: Any
) -> None:
    entry = data.a_checked_entry(world)
    client = signed_in(world.police_cataloguer)
    address = reverse("catalog:quality_rule", args=[entry.pk])
    answer = client.post(address, {"kind": "order", "first": "登记日期", "second": ""})
    assert answer.status_code == 422
    assert "请选择信息项" in answer.content.decode()
    good = {"kind": "order", "first": "登记日期", "second": "注销日期"}
    assert client.post(address, good).status_code == 302
    switch = reverse("catalog:quality_switch", args=[entry.pk])
    assert client.post(switch, {"key": "age", "enabled": "0"}).status_code == 302
    assert client.post(switch, {"key": "age", "enabled": "0"}).status_code == 409
    assert set(QualityRule.objects.values_list("key", "enabled")) == {
        ("order|登记日期|注销日期", True),
        ("age", False),
    }


def test_a_check_that_is_asked_for_shows_its_progress_until_it_is_done(
    world: World, signed_in: Any
) -> None:
    entry = data.a_hosted_entry(world)
    client = signed_in(world.police_cataloguer)
    progress = reverse("catalog:quality_progress", args=[entry.pk])
    assert "HX-Refresh" not in client.get(progress).headers
    data.run_waiting()
    assert client.get(progress).headers["HX-Refresh"] == "true"
    assert client.post(reverse("catalog:quality_check", args=[entry.pk])).status_code == 302


def test_the_list_has_the_worst_first_and_each_sees_their_own(world: World, signed_in: Any) -> None:
    bad = data.a_checked_entry(world, title="一号登记信息")
    good = data.a_checked_entry(world, title="二号登记信息", rows=[data.GOOD])
    address = reverse("catalog:quality_list")
    for person in (world.police_head, world.approver):
        page = signed_in(person).get(address)
        assert [line.entry.pk for line in page.context["rows"]] == [bad.pk, good.pk]
    assert not signed_in(world.water_head).get(address).context["rows"]
    found = signed_in(world.approver).get(address + "?q=二号").context["rows"]
    assert [line.entry.pk for line in found] == [good.pk]


def test_the_list_costs_the_same_at_2_and_at_200(world: World, signed_in: Any) -> None:
    client = signed_in(world.approver)
    address = reverse("catalog:quality_list")
    counts, made = [], 0
    for size in (2, 200):
        entries = many.police(world, size, made, state="published")
        CatalogEntry.objects.update(data_updated_at=timezone.now())
        QualityCheck.objects.bulk_create(
            QualityCheck(
                entry=entry,
                occasion="upload",
                state=CheckState.DONE,
                finished_at=timezone.now(),
                dataset=1,
                score=place % 100,
                scores={"validity": str(place % 100)},
            )
            for place, entry in enumerate(entries)
        )
        made = size
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[1] <= 20
