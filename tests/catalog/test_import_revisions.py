"""A workbook row about a published entry is about its revision, once one has been begun."""

from typing import Any

import pytest
from django.urls import reverse

from catalog.models import CatalogEntry, ImportBatch
from catalog.services import entries
from catalog.services.reviewing import Remark, remark
from tests import scenes
from tests.catalog.workbooks import entry as row
from tests.catalog.workbooks import item, last_batch, upload, workbook
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def imported(client: Any, **changes: Any) -> ImportBatch:
    """Uploads one row with one item and confirms what the preview says can be done."""
    upload(client, workbook([row(**changes)], [item()]))
    client.post(reverse("catalog:import_confirm", args=[last_batch().pk]))
    return last_batch()


def test_it_changes_the_draft_and_not_what_is_published(world: World, signed_in: Any) -> None:
    entry = scenes.a_published_entry(world)
    client = signed_in(world.police_cataloguer)
    imported(client, summary="登记的新事项")
    assert "登记的新事项" not in CatalogEntry.objects.get(pk=entry.pk).summary
    entries.move("revise", actor=actor_of(world.police_cataloguer), entry=entry, reason="办法修订")
    for named in ({}, {"code": entry.code}, {"code": f"{entry.code}~1"}):
        summary = f"登记的新事项{len(named)}"
        imported(client, summary=summary, **named)
        copy = CatalogEntry.objects.get(revises=entry)
        assert copy.summary == summary
        assert [one.name for one in copy.items.all()] == ["姓名"]
    entry.refresh_from_db()
    assert "登记的新事项" not in entry.summary


def test_what_a_return_did_not_re_open_is_refused_by_its_row(world: World, signed_in: Any) -> None:
    entry = scenes.a_signed_entry(world)
    approver = actor_of(world.approver)
    said = {"theme": Remark("return", "应为社会保障")}
    remark(actor=approver, entry=entry, version=entry.version, remarks=said)
    entries.move("reject", actor=approver, entry=entry, reason="见逐项意见")
    client = signed_in(world.police_cataloguer)
    upload(client, workbook([row(summary="登记的新事项", theme="社会保障")], [item()]))
    batch = last_batch()
    assert (batch.state, batch.refused) == ("previewed", 1), "told before anybody confirms"
    (found,) = batch.rows.all()
    by_heading = {one["heading"]: one["message"] for one in found.issues}
    assert "“信息资源摘要”没有退回，不能修改" in by_heading["信息资源摘要"]
    assert "主题分类" not in by_heading, "what was returned may be changed"
    assert "没有退回" in by_heading["信息项名称"], "the items of the workbook are others"
    entry.refresh_from_db()
    assert "登记的新事项" not in entry.summary
