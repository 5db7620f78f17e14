"""Exports: harmless in Excel, complete, on record, and imported again they change nothing."""

from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from catalog import exporting
from catalog.models import CatalogEntry
from catalog.services import imports
from catalog.services.content import content_of
from citybrain.audit.models import AuditRecord
from tests import scenes
from tests.catalog import many
from tests.catalog.workbooks import last_batch, read, upload
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
EXPORT = reverse("catalog:export")
FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "'=引号", "_x0041_", "＝全角")


def exported(client: Client, kind: str, query: str = "") -> bytes:
    answer = client.post(f"{EXPORT}?{query}", {"format": kind})
    assert answer.status_code == 200
    return b"".join(answer) if answer.streaming else answer.content


def test_nothing_in_an_export_runs_as_a_formula(world: World, signed_in, tmp_path) -> None:
    actor = actor_of(world.police_cataloguer)
    changes = [
        {"title": f"{text}登记{place}", "summary": text, "items": (text,)}
        for place, text in enumerate(FORMULAS)
    ]
    many.drafts(actor, world.police, *changes, state="published")
    client = signed_in(world.health_cataloguer)
    lines = exported(client, "csv").decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + len(FORMULAS)
    cells = [cell for line in lines for cell in line.strip('"').split('","')]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))]
    path = tmp_path / "export.xlsx"
    path.write_bytes(exported(client, "xlsx"))
    book = load_workbook(path)
    kinds = {cell.data_type for sheet in book for row in sheet for cell in row}
    assert "f" not in kinds
    # Excel undoes the escape of what looks like one; openpyxl leaves it.
    named = {row[0].value.replace("_x005F_", "_") for row in book["信息项"].iter_rows(min_row=2)}
    assert named == {entry.title for entry in CatalogEntry.objects.all()}


def test_an_export_is_the_list_as_filtered_and_is_on_record(world: World, signed_in) -> None:
    many.drafts(
        actor_of(world.police_cataloguer),
        world.police,
        {"title": "居住证登记信息"},
        {"title": "机动车信息", "theme": "10"},
        state="published",
    )
    many.police(world, 2)
    client = signed_in(world.health_cataloguer)
    sheet = read(exported(client, "xlsx", "q=登记"))["信息资源"]
    assert [line[0] for line in sheet] == ["信息资源名称", "居住证登记信息"]
    assert len(exported(client, "csv", "theme=10").decode().splitlines()) == 2
    record = AuditRecord.objects.filter(verb="access.exported").latest("id")
    assert record.data == {"format": "csv", "rows": 1, "filters": "theme=10"}
    assert client.get(EXPORT).status_code == 405
    own = signed_in(world.police_cataloguer)
    assert len(exported(own, "csv", "scope=own").decode().splitlines()) == 5
    outsider = signed_in(world.coordinator)
    assert outsider.post(f"{EXPORT}?scope=own", {"format": "csv"}).status_code == 403


# Any character that a person could bring into a field, the awkward ones often.
texts = st.text(
    st.one_of(
        st.characters(codec="utf-8", exclude_characters="\x00"),
        st.sampled_from("=+-@'\"\t\r\n_x０＝　\u200b\ufeff\ufffe\uffff\x85\u2028甲"),
    ),
    max_size=12,
)


def tried_again(world: World, content: bytes) -> list[tuple[int, str, Any]]:
    """What importing `content` would do to each row that is not left as it is."""
    batch = imports.upload(
        actor=actor_of(world.police_cataloguer),
        department=world.police,
        file_name="目录.xlsx",
        file=BytesIO(content),
    )
    imports.preview(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.issues) == ("previewed", [])
    return [
        (row.number, row.action, row.differences or row.issues)
        for row in batch.rows.all()
        if row.action != "same"
    ]


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(texts, min_size=4, max_size=4))
def test_an_export_imported_again_changes_nothing(world: World, drawn: list[str]) -> None:
    office, summary, note, name = drawn
    with transaction.atomic():
        with suppress(ValidationError):
            scenes.a_draft(
                world,
                title=f"甲{name}",
                office=office,
                summary=f"{summary}摘要",
                items=[
                    {"name": f"{name}项", "data_type": "C", "description": note, "is_key": True},
                    {"name": "金额", "data_type": "N", "length": 12, "unit": "元", "field": "a1"},
                ],
            )
        scenes.a_draft(world, title="乙", sharing_condition=f"{note}条件")
        CatalogEntry.objects.filter(title="乙").update(state="published")
        rows = CatalogEntry.objects.all()
        assert tried_again(world, b"".join(exporting.xlsx_of(rows, rows.count()))) == []
        transaction.set_rollback(True)


def test_the_pages_lead_round_without_a_change(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    for place, text in enumerate(FORMULAS):
        scenes.a_draft(world, title=f"{text}登记{place}", summary=f"{text}\r\n第二行")
    scenes.a_published_entry(world)
    before = [content_of(entry) for entry in CatalogEntry.objects.order_by("pk")]
    upload(client, exported(client, "xlsx", "scope=own"))
    batch = last_batch()
    assert (batch.added, batch.changed, batch.unchanged, batch.refused) == (0, 0, 8, 0)
    assert [content_of(entry) for entry in CatalogEntry.objects.order_by("pk")] == before


def test_what_waits_for_review_is_exported_by_who_reviews(world: World, signed_in) -> None:
    many.police(world, 3)
    many.drafts(
        actor_of(world.police_cataloguer),
        world.police,
        {"title": "居住证登记信息"},
        state="reviewing",
    )
    client = signed_in(world.approver)
    assert "导出 Excel" in client.get(reverse("catalog:reviews")).content.decode()
    sheets = read(exported(client, "xlsx", "scope=reviews"))
    assert [line[0] for line in sheets["信息资源"]] == ["信息资源名称", "居住证登记信息"]
    assert len(sheets["信息项"]) == 3
    refused = signed_in(world.police_cataloguer)
    assert refused.post(f"{EXPORT}?scope=reviews", {"format": "csv"}).status_code == 403


def test_more_than_an_import_takes_is_exported_without_items(
    world: World, signed_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    many.police(world, 4, state="published")
    monkeypatch.setattr(exporting, "MOST_WITH_ITEMS", 3)
    sheets = read(exported(signed_in(world.approver), "xlsx"))
    assert len(sheets["信息资源"]) == 5
    assert "信息项" not in sheets
