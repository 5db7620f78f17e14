"""The preview, row by row and cell by cell, and what confirming it does."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import CatalogEntry, ImportBatch
from catalog.models.batch import BatchState, RowAction
from catalog.services import entries, imports
from citybrain.audit.models import AuditRecord
from tests import scenes
from tests.catalog.test_import_files import text_of
from tests.catalog.workbooks import entry, item, last_batch, read, simple, upload, workbook
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def confirm(client: Client, batch: ImportBatch, **data: Any) -> Any:
    return client.post(reverse("catalog:import_confirm", args=[batch.pk]), data, follow=True)


def rows_of(batch: ImportBatch) -> list[tuple[int, str]]:
    return list(batch.rows.values_list("number", "action"))


def previewed(client: Client, content: bytes) -> tuple[ImportBatch, str]:
    shown = text_of(upload(client, content))
    batch = last_batch()
    assert batch.state == BatchState.PREVIEWED, shown[:400]
    return batch, shown


def test_the_preview_shows_row_by_row_what_would_happen_and_saves_nothing(
    world: World, signed_in
) -> None:
    client = signed_in(world.police_cataloguer)
    changed = scenes.a_draft(world, title="户籍登记信息")
    published = scenes.a_published_entry(world, title="暂住登记信息")
    batch, shown = previewed(
        client,
        workbook(
            [
                entry("居住证登记信息"),
                entry("户籍登记信息", summary="全市户籍人口登记信息。"),
                entry("暂住登记信息"),
                entry("出入境信息", sharing_method="文件下载"),
            ],
            [
                item("居住证登记信息"),
                item("居住证登记信息", "签注日期", data_type="日期型D"),
                item("户籍登记信息", "姓名", length=40, is_required="是"),
                item("暂住登记信息"),
                item("出入境信息"),
                item("没有这一行的信息资源", "甲"),
            ],
        ),
    )
    assert rows_of(batch) == [
        (2, RowAction.ADD),
        (3, RowAction.CHANGE),
        (4, RowAction.REFUSED),
        (5, RowAction.REFUSED),
    ]
    assert "这是预览，还没有保存任何内容" in shown
    assert "信息资源摘要：全市居住证申领" in shown
    assert "全市户籍人口登记信息。" in shown
    assert "信息项“联系电话”" in shown
    assert "该信息资源当前为“已发布”，不是草稿，不能通过导入修改；已发布的请先起草修订稿。" in shown
    assert "“信息资源”表第 5 行 M 列“共享方式类型”：格式为“数据库”的信息资源" in shown
    assert "“信息项”表中有 1 处不属于任何信息资源，不会导入" in shown
    assert "“信息项”表第 7 行 A 列“信息资源名称”：“信息资源”表里没有名称为" in shown
    assert CatalogEntry.objects.count() == 2
    changed.refresh_from_db()
    published.refresh_from_db()
    assert (changed.version, published.version) == (0, 3)
    only = client.get(reverse("catalog:import", args=[batch.pk]), {"action": "refused"})
    assert [row.number for row, _tone in only.context["rows"]] == [4, 5]


# One row each: what is in its cells, and what the preview says to it.
CELLS: list[tuple[dict[str, Any], str]] = [
    ({"title": ""}, "第 2 行 A 列“信息资源名称”"),
    ({"summary": "=1+1"}, "第 3 行 G 列“信息资源摘要”：单元格是公式，请复制后用“选择性粘贴—值”"),
    ({"summary": "长" * 4001}, "第 4 行 G 列“信息资源摘要”：内容有 4,001 个字，超过 4,000 个字的上限，请缩短。"),
    ({"summary": "长" * 1001}, "第 5 行 G 列“信息资源摘要”"),
    ({"theme": "交通"}, "第 6 行 F 列“主题分类”：“交通”不在可选范围内，可填：公共服务、健康保障"),
    ({"sharing_type": None}, "第 7 行 J 列“共享类型”：没有填写，请从下拉列表中选择：无条件共享"),
    ({"class_item": "人口"}, "第 8 行 E 列“项分类”：“人口”不在可选范围内"),
    ({"format_type": "xlsx"}, "第 9 行 I 列“信息资源格式类型”：“xlsx”不在可选范围内"),
    ({"code": "307460100999/000001"}, "第 10 行 B 列“信息资源代码”：“307460100999/000001”不是本单位的信息资源代码；新编制的请留空"),
    ({"code": 3.07460100999e20}, "第 11 行 B 列“信息资源代码”：数字超过 15 位，表格软件已丢失后面的数字"),
    ({"open_type": "无条件开放", "sharing_type": "不予共享"}, "第 12 行 N 列“是否向社会开放”：不予共享的信息资源，开放属性须为“不予开放”。"),
]  # fmt: skip


def test_every_wrong_cell_is_named_by_sheet_row_and_column(world: World, signed_in) -> None:
    other = entries.compile_entry(
        actor=actor_of(world.health_cataloguer),
        department=world.health,
        values=scenes.entry_values(title="预防接种信息"),
        items=scenes.ITEMS,
    )
    titles = [f"第{number}号登记信息" for number in range(len(CELLS) + 3)]
    rows = [
        {**entry(title), **changes} for title, (changes, _words) in zip(titles, CELLS, strict=False)
    ]
    items = [item(row["title"] or "没有名称") for row in rows]
    rows += [
        entry(titles[-3], code=other.code),
        entry(titles[-2]),
        entry(f" {titles[-2]}。"),
        entry(titles[-1], office="#N/A"),
    ]
    items += [
        item(titles[-3]),
        item(titles[-2]),
        item(titles[-2], "姓名", length="四十", is_key="也许"),
        item(titles[-1], "证号", data_type="身份证"),
        item("", "没有主人"),
    ]

    def spoil(first: Any, second: Any) -> None:
        first.cell(len(rows) + 1, 3).data_type = "e"
        first["AB3"] = "批注"

    client = signed_in(world.police_cataloguer)
    batch, shown = previewed(client, workbook(rows, items, spoil))
    expected = [words for _changes, words in CELLS]
    expected += [
        f"第 13 行 B 列“信息资源代码”：“{other.code}”不是本单位的信息资源代码",
        "第 15 行 A 列“信息资源名称”：与第 14 行的信息资源同名。",
        "第 16 行 C 列“下设机构”：单元格显示的是错误值（如 #N/A），请改为正确的内容。",
        "第 3 行 AB 列：这一列没有列名，却有内容；请补上列名或清空内容。",
        "“信息项”表第 15 行 F 列“数据长度”：“四十”不是正整数，请只填数字。",
        "“信息项”表第 15 行 I 列“是否主键”：“也许”应为“是”或“否”。",
        "“信息项”表第 16 行 E 列“数据类型”：“身份证”不在可选范围内",
        "“信息项”表第 17 行 A 列“信息资源名称”：没有填写所属的信息资源名称。",
    ]
    missing = [words for words in expected if words not in shown]
    assert not missing, shown
    assert batch.added == 0
    assert "预防接种" not in shown, "another department's entry is not told of"
    # The same as a workbook to work through, by sheet, row and column.
    found = client.get(reverse("catalog:import_issues", args=[batch.pk]))
    listed = read(found.content)["问题清单"]
    assert listed[0] == ["工作表", "行", "列", "列名", "问题和修改方法"]
    assert ["信息资源", 5, "G", "信息资源摘要"] in [line[:4] for line in listed]
    assert len(listed) - 1 >= len(expected)


def test_an_item_named_twice_is_told_by_its_row_on_the_sheet(world: World, signed_in) -> None:
    rows = [item("甲信息", "证号"), item("乙信息", "姓名"), item("乙信息", "姓 名")]
    client = signed_in(world.police_cataloguer)
    _batch, shown = previewed(client, workbook([entry("甲信息"), entry("乙信息")], rows))
    assert "与第 3 行重复，同一信息资源内不能重复。" in shown


def test_codes_and_names_twice_in_one_file_count_once(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    draft = scenes.a_draft(world, title="户籍登记信息")
    content = workbook(
        [
            entry("户籍登记信息", code=draft.code),
            entry("户籍人口登记", code=draft.code),
            entry("暂住登记信息"),
            entry("暂住登记 信息"),
        ],
        [item("户籍登记信息"), item("户籍人口登记"), item("暂住登记信息")],
    )
    batch, shown = previewed(client, content)
    assert [action for _number, action in rows_of(batch)] == ["change", "refused", "add", "refused"]
    assert "第 3 行 B 列“信息资源代码”：与第 2 行的信息资源代码重复。" in shown
    assert "第 5 行 A 列“信息资源名称”：与第 4 行的信息资源同名。" in shown


def test_a_date_as_text_is_understood_or_asked_for_again(world: World, signed_in) -> None:
    """Exports carry the date of publication; what people make of it must not stop the rest."""

    def dated(text: str) -> bytes:
        def spoil(first: Any, second: Any) -> None:
            first["S1"], first["S2"] = "发布日期", text

        return workbook([entry()], [item()], spoil)

    client = signed_in(world.police_cataloguer)
    for text in ("2025-03-01", "2025年3月1日", "20250301"):
        batch, _shown = previewed(client, dated(text))
        assert rows_of(batch) == [(2, RowAction.ADD)], text
    batch, shown = previewed(client, dated("去年三月"))
    assert rows_of(batch) == [(2, RowAction.REFUSED)]
    assert "第 2 行 S 列“发布日期”：“去年三月”不能确定是哪一天，请写成 2025-01-31 的样子。" in shown


def test_another_departments_row_is_refused_by_name(world: World, signed_in) -> None:
    def spoil(first: Any, second: Any) -> None:
        first["S1"], first["S2"], first["S3"] = "信息资源提供方", "市水务局", "市公安局"

    client = signed_in(world.police_cataloguer)
    batch, shown = previewed(
        client,
        workbook([entry("甲信息"), entry("乙信息")], [item("甲信息"), item("乙信息")], spoil),
    )
    assert rows_of(batch) == [(2, RowAction.REFUSED), (3, RowAction.ADD)]
    assert "第 2 行 S 列“信息资源提供方”：只能导入本单位（海口市公安局）的信息资源。" in shown


def test_confirming_adds_and_changes_what_was_shown(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    draft = scenes.a_draft(world, title="户籍登记信息")
    batch, _shown = previewed(
        client,
        workbook(
            [entry(), entry("户籍登记信息", update_cycle="每年"), entry("坏的", theme="交通")],
            [item(), item("户籍登记信息", "姓名"), item("户籍登记信息", "曾用名"), item("坏的")],
        ),
    )
    shown = text_of(confirm(client, batch))
    assert "导入完成" in shown
    assert "新增 1 个、变更 1 个信息资源" in shown
    new = CatalogEntry.objects.get(title="居住证登记信息")
    assert (new.state, new.department, new.created_by) == (
        "draft",
        world.police,
        world.police_cataloguer,
    )
    assert new.code == f"307460100{world.police.catalog_number}/000002"
    draft.refresh_from_db()
    assert (draft.update_cycle, draft.version) == ("yearly", 1)
    assert [item.name for item in draft.items.all()] == ["姓名", "曾用名"]
    assert not CatalogEntry.objects.filter(title="坏的").exists()
    verbs = AuditRecord.objects.filter(verb__startswith="catalog").order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == [
        "catalog.entry.compiled",
        "catalog.import.uploaded",
        "catalog.import.confirmed",
        "catalog.entry.compiled",
        "catalog.entry.changed",
        "catalog.import.applied",
    ]
    again = client.post(reverse("catalog:import_confirm", args=[batch.pk]))
    assert again.status_code == 409
    assert CatalogEntry.objects.count() == 2


def test_one_bad_row_stops_all_when_that_was_asked_for(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    batch, _shown = previewed(
        client, workbook([entry("甲信息"), entry("乙信息", theme="交通")], [item("甲信息")])
    )
    shown = text_of(confirm(client, batch, strict="on"))
    assert "有不能导入的行，按所选方式全部不导入" in shown
    assert not CatalogEntry.objects.exists()
    batch, _shown = previewed(client, simple("甲信息", "乙信息"))
    scenes.a_draft(world, title="乙信息")
    shown = text_of(confirm(client, batch, strict="on"))
    assert "没有导入，目录没有任何变化" in shown
    assert "第 3 行：预览之后，本单位已编制同名的信息资源。" in shown
    assert CatalogEntry.objects.count() == 1


def test_what_was_changed_since_the_preview_is_not_overwritten(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    titles = ("甲信息", "乙信息", "丙信息")
    one, two, _three = (scenes.a_draft(world, title=title) for title in titles)
    batch, _shown = previewed(client, simple(*titles, "丁信息", "戊信息"))
    assert (batch.added, batch.changed) == (2, 3)
    entries.change_entry(
        actor=actor_of(world.police_cataloguer),
        entry=one,
        values={"summary": "他人刚写好的摘要"},
        items=scenes.ITEMS,
    )
    scenes.grade_all(two, world.police_security)
    entries.move("submit", actor=actor_of(world.police_cataloguer), entry=two)
    scenes.a_draft(world, title="戊信息")
    shown = text_of(confirm(client, batch))
    batch.refresh_from_db()
    assert (batch.state, batch.added, batch.changed, batch.refused) == ("applied", 1, 1, 3)
    assert shown.count("预览之后，该信息资源已由他人修改或提交，没有覆盖。") == 2
    assert "第 6 行：预览之后，本单位已编制同名的信息资源。" in shown
    one.refresh_from_db()
    assert one.summary == "他人刚写好的摘要"
    two.refresh_from_db()
    assert two.state == "signing"


def test_a_title_taken_in_the_very_moment_of_importing_is_told_by_its_row(
    world: World, signed_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(world.police_cataloguer)
    batch, _shown = previewed(client, simple("甲信息", "乙信息"))
    compile_many = imports.compile_many

    def outrun(**given: Any) -> Any:
        if not CatalogEntry.objects.exists():
            scenes.a_draft(world, title="乙信息")
        return compile_many(**given)

    monkeypatch.setattr(imports, "compile_many", outrun)
    shown = text_of(confirm(client, batch))
    assert "第 3 行：预览之后，本单位已编制同名的信息资源。" in shown
    assert sorted(CatalogEntry.objects.values_list("title", flat=True)) == ["乙信息", "甲信息"]


def test_an_import_can_be_given_up_and_nothing_to_do_is_said(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    batch, _shown = previewed(client, simple("甲信息"))
    page = client.post(reverse("catalog:import_cancel", args=[batch.pk]), follow=True)
    assert "已放弃这次导入，目录没有任何变化。" in text_of(page)
    assert confirm(client, batch).status_code == 409
    batch, shown = previewed(client, simple("甲信息", theme="交通"))
    assert "没有可以导入的内容，目录没有任何变化" in shown
    assert "确认导入" not in shown
    assert "没有可导入的内容" in text_of(client.get(reverse("catalog:imports")))
    assert "没有需要新增或变更的信息资源" in text_of(confirm(client, batch))
    assert not CatalogEntry.objects.exists()


def test_whoever_confirmed_must_still_be_allowed_when_the_worker_comes(
    world: World, signed_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(world.police_cataloguer)
    batch, _shown = previewed(client, simple("甲信息"))
    monkeypatch.setattr("catalog.tasks.start", lambda batch: False)
    shown = text_of(confirm(client, batch))
    assert "后台处理暂时不可用，文件已保存，恢复后会自动继续" in shown
    world.police_cataloguer.groups.clear()
    imports.apply(batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.FAILED
    assert "已没有编制目录的权限" in str(batch.issues)
    assert not CatalogEntry.objects.exists()


def test_names_that_are_not_what_they_look_like_are_refused_or_made_so(
    world: World, signed_in
) -> None:
    """Zero-width characters come along unseen and go; what turns the direction is a trick."""
    client = signed_in(world.police_cataloguer)
    rows = [entry("居住\u200b证登记\ufeff信息"), entry("户籍\u202e息信记登"), entry("出入境信息")]
    items = [
        item("居住证登\u2060记信息", "姓\u200d名"),
        item("户籍\u202e息信记登"),
        item("出入境信息", "证件\u2067号码"),
        item("出入境信息", "姓\u00ad名"),
        item("出入境信息", "姓名"),
    ]
    batch, shown = previewed(client, workbook(rows, items))
    assert rows_of(batch) == [
        (2, RowAction.ADD),
        (3, RowAction.REFUSED),
        (4, RowAction.REFUSED),
    ]
    words = "名称中有看不见的文字方向控制字符"
    assert f"“信息资源”表第 3 行 A 列“信息资源名称”：{words}" in shown
    assert f"“信息项”表第 4 行 C 列“信息项名称”：{words}" in shown
    assert "“信息项”表第 6 行 C 列“信息项名称”：与第 5 行重复" in shown
    assert "户籍[U+202E]息信记登" in shown
    assert "\u202e" not in shown
    confirm(client, batch)
    made = CatalogEntry.objects.get()
    assert (made.title, made.items.get().name) == ("居住证登记信息", "姓名")
