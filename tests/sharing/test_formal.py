"""The format review: what is missing or doubtful in an application, as people and systems read it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from citybrain.audit.models import AuditRecord
from sharing import formal
from sharing.formal import Finding
from tests import scenes
from tests.sharing.applying import page_of
from tests.sharing.conftest import Published

pytestmark = pytest.mark.django_db
LABELS = ["使用依据", "使用场景和范围", "信息项", "共享方式和时限", "联系人", "数据出境"]


def test_a_sound_application_is_met_in_every_point_and_that_is_kept(publishing: Published) -> None:
    world, entry = publishing
    application = scenes.a_delivered_application(world, entry, names=("登记编号", "姓名"))
    points = formal.points_of(application)
    assert [point.label for point in points] == LABELS
    assert {point.finding for point in points} == {Finding.MET}, points
    assert "各项齐备" in page_of(world.police_head, application)
    kept = AuditRecord.objects.get(verb="sharing.application.reviewed")
    assert kept.data == {"points": len(LABELS), "notes": []}


def test_what_is_missing_and_what_is_doubtful_is_told_apart(publishing: Published) -> None:
    world, entry = publishing
    today = timezone.localdate()
    draft = scenes.a_draft_application(
        world,
        entry,
        legal_basis="工作需要",
        scenario="查询",
        usage_range="",
        contact="老王",
        ends_on=today + timedelta(days=700),
    )
    found = {point.label: point for point in formal.points_of(draft)}
    assert found["使用场景和范围"].finding == Finding.MISSING
    assert found["使用场景和范围"].notes == ("请填写使用范围。",)
    for label in ("使用依据", "信息项", "共享方式和时限", "联系人"):
        assert found[label].finding == Finding.DOUBTFUL, label
    assert found["数据出境"].finding == Finding.MET
    page = page_of(world.health_cataloguer, draft)
    assert "申请了全部" in page
    assert "联系人栏没有看到电话号码" in page


def test_what_was_doubtful_when_it_was_signed_stays_with_the_signature(
    publishing: Published,
) -> None:
    world, entry = publishing
    scenes.a_delivered_application(
        world, entry, names=("登记编号",), legal_basis="市政府专题会议纪要"
    )
    kept = AuditRecord.objects.get(verb="sharing.application.reviewed")
    assert kept.data["notes"] == ["使用依据：使用依据没有写明法规或者文件的名称（书名号）。"]
