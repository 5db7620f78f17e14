"""The person's own workbook comes back with its faulty cells marked, and can be uploaded again."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from catalog import tasks
from catalog.importing.columns import ENTRY_COLUMNS, ITEM_COLUMNS
from catalog.models import ImportBatch
from catalog.models.batch import BatchState, RowAction
from catalog.services import import_files, imports
from citybrain.spreadsheets import Column, column_letter
from tests import scenes
from tests.catalog.test_export import FORMULAS
from tests.catalog.test_import_files import text_of
from tests.catalog.workbooks import entry, item, last_batch, simple, upload, workbook
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
MARKED = "00FFC7CE"


def at(key: str, row: int, columns: tuple[Column, ...] = ENTRY_COLUMNS) -> str:
    """The cell of a column; that of the messages is behind the last."""
    keys = [column.key for column in columns]
    return f"{column_letter(keys.index(key) if key in keys else len(keys))}{row}"


def annotated(client: Client, batch: ImportBatch) -> Any:
    answer = client.get(reverse("catalog:import_annotated", args=[batch.pk]))
    assert answer.status_code == 200
    return load_workbook(BytesIO(answer.content))


def marks(sheet: Any) -> dict[str, str]:
    """The coloured cells, with their comments."""
    return {
        cell.coordinate: cell.comment.text if cell.comment else ""
        for row in sheet
        for cell in row
        if cell.fill.fgColor.rgb == MARKED
    }


def test_faulty_cells_are_marked_where_they_are(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    rows = [
        entry("居住证登记信息", theme="交通", sharing_type="随便"),
        entry("户籍登记信息"),
        entry("出入境信息", summary="=1+1"),
    ]
    items = [
        item("居住证登记信息", length="四十"),
        item("户籍登记信息"),
        item("没有这一行", "甲"),
        item("出入境信息"),
    ]
    shown = text_of(upload(client, workbook(rows, items)))
    assert "下载标注了问题的工作簿" in shown
    book = annotated(client, last_batch())
    assert book.sheetnames[:3] == ["信息资源", "信息项", "问题清单"]
    first, second = book["信息资源"], book["信息项"]
    assert [row[0].value for row in first] == ["信息资源名称", *(row["title"] for row in rows)]
    assert first[at("problems", 1)].value == "问题和修改方法"
    found = marks(first)
    assert set(found) == {
        at("theme", 2),
        at("sharing_type", 2),
        at("problems", 2),
        at("summary", 4),
        at("problems", 4),
    }
    assert found[at("theme", 2)].startswith("“交通”不在可选范围内，可填：公共服务")
    assert "主题分类：“交通”不在可选范围内" in first[at("problems", 2)].value
    assert "共享类型：“随便”不在可选范围内" in first[at("problems", 2)].value
    assert found[at("summary", 4)] == "单元格是公式，请复制后用“选择性粘贴—值”改为固定内容。"
    assert first[at("theme", 2)].value == "交通", "what was typed stays, to be mended"
    assert set(marks(second)) == {
        at("length", 2, ITEM_COLUMNS),
        at("problems", 2, ITEM_COLUMNS),
        at("entry_title", 4, ITEM_COLUMNS),
        at("problems", 4, ITEM_COLUMNS),
    }
    assert "没有名称为“没有这一行”的行" in second[at("problems", 4, ITEM_COLUMNS)].value
    lists = {str(rule.sqref) for rule in first.data_validations.dataValidation}
    assert f"{at('theme', 2)}:{at('theme', 200001)}" in lists, (
        "drop-downs are there as in the template"
    )


def test_what_was_mended_in_it_is_uploaded_as_it_is(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    upload(client, workbook([entry(theme="交通")], [item()]))
    book = annotated(client, last_batch())
    book["信息资源"][at("theme", 2)] = "城乡建设"
    target = BytesIO()
    book.save(target)
    upload(client, target.getvalue())
    batch = last_batch()
    assert list(batch.rows.values_list("action", flat=True)) == [RowAction.ADD]
    # Marked again, the column of the messages is the same one and says only what is wrong now.
    book["信息资源"][at("class_item", 2)] = "人口"
    target = BytesIO()
    book.save(target)
    upload(client, target.getvalue())
    sheet = annotated(client, last_batch())["信息资源"]
    assert [cell.value for cell in sheet[1]].count("问题和修改方法") == 1
    assert sheet[at("problems", 2)].value.startswith("项分类：“人口”不在可选范围内")
    assert "交通" not in sheet[at("problems", 2)].value


def test_nothing_in_it_runs_as_a_formula(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    rows = [
        {**entry(f"{text}登记{place}"), "summary": text, "theme": text}
        for place, text in enumerate(FORMULAS)
    ]

    def as_text(first: Any, second: Any) -> None:
        for row in first.iter_rows(min_row=2):
            for cell in row:
                cell.data_type = "s" if cell.value else "n"

    upload(client, workbook(rows, [item(rows[0]["title"])], as_text))
    book = annotated(client, last_batch())
    assert "f" not in {cell.data_type for sheet in book for row in sheet for cell in row}
    assert len(marks(book["信息资源"])) >= len(FORMULAS)


def test_a_file_refused_as_a_whole_comes_back_if_it_can_be_opened(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)

    def many_formulas(first: Any, second: Any) -> None:
        for row in range(2, 1100):
            second[f"C{row}"] = "=1+1"

    upload(client, workbook([entry()], [item()], many_formulas))
    assert last_batch().state == BatchState.FAILED
    sheet = annotated(client, last_batch())["信息项"]
    assert {"C2", "C900"} <= set(marks(sheet))
    upload(client, simple("甲").replace(b"xl/styles.xml", b"xl/stylez.xml"))
    batch = last_batch()
    assert not import_files.unannotated().exists()
    if batch.state == BatchState.FAILED:
        answer = client.get(reverse("catalog:import_annotated", args=[batch.pk]))
        assert answer.status_code == 409


def test_what_importing_refused_is_marked_as_well(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    upload(client, simple("甲信息", "乙信息"))
    batch = last_batch()
    assert batch.annotated_at is None, "nothing is wrong, so there is nothing to mark"
    scenes.a_draft(world, title="乙信息")
    client.post(reverse("catalog:import_confirm", args=[batch.pk]))
    sheet = annotated(client, last_batch())["信息资源"]
    assert "预览之后，本单位已编制同名的信息资源。" in sheet[at("problems", 3)].value
    assert set(marks(sheet)) == {at("problems", 3)}


def test_what_a_dead_worker_left_is_made_by_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = imports.upload(
        actor=actor_of(world.police_cataloguer),
        department=world.police,
        file_name="目录.xlsx",
        file=BytesIO(simple("甲信息", theme="交通")),
    )
    imports.preview(batch.pk)
    ImportBatch.objects.update(uploaded_at=timezone.now() - timedelta(hours=1))
    assert list(import_files.unannotated()) == [batch]
    tasks.resume_imports()
    batch = last_batch()
    assert batch.annotated
    assert (batch.claimed_at, batch.attempts) == (None, 0)
    # A file on which workers die is given up, and the list of issues remains.
    ImportBatch.objects.update(annotated_at=None, annotated=b"", attempts=3)
    monkeypatch.setattr(import_files.issues, "annotate", lambda *given: pytest.fail("tried again"))
    import_files.annotate(batch.pk)
    assert bytes(last_batch().annotated) == b""
    assert not import_files.unannotated().exists()


def test_files_are_forgotten_when_they_are_old(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    upload(client, simple("甲信息", theme="交通"))
    assert import_files.forget() == 0
    long_ago = timezone.now() - timedelta(days=91)
    ImportBatch.objects.update(uploaded_at=long_ago, finished_at=long_ago)
    assert tasks.forget_import_files() == 1
    batch = last_batch()
    assert (bytes(batch.content), bytes(batch.annotated)) == (b"", b"")
    assert batch.rows.count() == 1, "what was found is still told"
    page = client.get(reverse("catalog:import", args=[batch.pk]))
    assert "下载标注了问题的工作簿" not in text_of(page)
    assert client.get(reverse("catalog:import_annotated", args=[batch.pk])).status_code == 409
