"""The form of an entry: what was typed is never lost, whatever goes wrong."""

from typing import Any

import pytest
from django.urls import reverse

from catalog.models import CatalogEntry, UnsavedForm
from catalog.services import entries
from tests import scenes
from tests.catalog.typing_in import edit_form, edit_url, new_form, typed
from tests.forms import form_with
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
NEW = reverse("catalog:new")
AUTOSAVE = {"X-Autosave": "1"}


def body_of(response: Any) -> str:
    return str(response.content.decode())


def test_an_entry_is_made_and_changed_by_form(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    form = new_form(client)
    assert form.value("department") == str(world.police.pk)
    page = client.post(NEW, typed(form))
    entry = CatalogEntry.objects.get()
    assert page.url == reverse("catalog:entry", args=[entry.pk])
    assert entry.department == world.police
    assert entry.created_by == world.police_cataloguer
    assert [item.name for item in entry.items.all()] == [item["name"] for item in scenes.ITEMS]
    detail = body_of(client.get(page.url))
    assert entry.code in detail
    assert "公民身份号码" in detail

    form = edit_form(client, entry)
    assert form.value("class_item") == "3-07"
    assert form.value("items-2-name") == "公民身份号码"
    data = form.data(
        title="居住证签注信息",
        **{"items-2-DELETE": "on", "items-6-name": "签注日期", "items-6-data_type": "D"},
    )
    page = client.post(edit_url(entry), data)
    assert page.status_code == 302
    entry.refresh_from_db()
    assert (entry.title, entry.version) == ("居住证签注信息", 1)
    names = [item.name for item in entry.items.all()]
    assert names == ["登记编号", "姓名", "联系电话", "行政区划", "登记日期", "签注日期"]


@pytest.mark.parametrize("total", ["9" * 5000, "9" * 12, "²", "-1", ""])
def test_a_number_of_rows_that_is_none_adds_one(world: World, signed_in, total: str) -> None:
    client = signed_in(world.police_cataloguer)
    data = typed(new_form(client), title="未写完")
    page = client.post(NEW, data | {"add_row": "items", "items-TOTAL_FORMS": total})
    assert page.status_code in (200, 422)
    assert "未写完" in body_of(page)
    data["items-TOTAL_FORMS"] = total
    assert client.post(NEW, data, headers={"x-autosave": "1"}).status_code == 200
    assert "未写完" in body_of(client.get(NEW))


def test_errors_keep_every_word_and_stand_where_they_belong(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    scenes.a_draft(world)
    typed_in = typed(
        new_form(client),
        title="居住证登记信息",
        sharing_method="file",
        items=[
            {"name": "姓名", "data_type": "C", "length": 40, "is_required": True},
            {"name": "姓名", "data_type": "C", "description": "曾用名"},
            {"name": "证号", "data_type": "", "field": "9号"},
        ],
    )
    page = client.post(NEW, typed_in)
    assert page.status_code == 422
    shown = form_with(page, "title").values
    for name, value in typed_in.items():
        if value is not None and name in shown and name != "csrfmiddlewaretoken":
            assert shown[name] == ([value] if isinstance(value, str) else value), name
    assert shown["items-1-description"] == ["曾用名"]
    assert shown["items-0-is_required"] == ["on"]
    assert "items-1-is_required" not in shown
    assert CatalogEntry.objects.count() == 1
    assert 'aria-invalid="true"' in body_of(page)
    # What the table could not read and what the rules refuse are told together, and on top.
    body = body_of(page)
    assert "共享方式须为“服务接口”或“批量交换”" in body
    assert "有 4 处需要修改，内容尚未保存" in body
    for cell, words in (
        ("items-1-name", "第 2 行 信息项名称：与第 1 行重复，同一信息资源内不能重复。"),
        ("items-2-data_type", "第 3 行 数据类型：该字段是必填项。"),
        ("items-2-field", "第 3 行 字段名：字段名须以字母开头，只含字母、数字和下划线。"),
    ):
        assert f'<a href="#id_{cell}">{words}</a>' in body
    typed_in |= {"items-2-data_type": "C", "items-2-field": ""}
    typed_in |= {"items-1-name": "曾用名", "sharing_method": "interface"}
    assert "本单位已有同名的信息资源" in body_of(client.post(NEW, typed_in))
    typed_in |= {"title": "居住证申领信息"}
    assert client.post(NEW, typed_in).status_code == 302


def test_rows_are_named_by_the_numbers_on_the_screen(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    rows = [{"name": name, "data_type": "C"} for name in ("删去", "姓名", "", "姓名", "证号")]
    rows[2] = {}
    rows[4]["length"] = 999_999_999_999
    typed_in = typed(new_form(client), title="", items=rows) | {"items-0-DELETE": "on"}
    body = body_of(client.post(NEW, typed_in))
    assert "第 3 行 信息项名称：与第 1 行重复" in body
    assert "第 4 行 数据长度：" in body
    assert "信息资源名称：" in body
    assert "data-focus" in body


def test_class_and_item_format_and_type_must_fit(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    data = typed(new_form(client)) | {
        "class_item": "2-01",
        "format_class": "6",
        "format_type": "",
        "format_other": "",
    }
    page = client.post(NEW, data)
    assert page.status_code == 422
    assert "所选的“项”不属于所选的“类”，请重新选择。" in body_of(page)
    assert "自描述格式须填写格式的名称。" in body_of(page)
    data |= {"class_item": "3-07", "format_other": "GB/T 28181 视频流"}
    assert client.post(NEW, data).status_code == 302
    assert CatalogEntry.objects.get().format_type == "GB/T 28181 视频流"


def test_saving_and_submitting_in_one_go_says_what_is_missing(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    page = client.post(NEW, typed(new_form(client), sharing_condition="") | {"submit": "1"})
    entry = CatalogEntry.objects.get()
    assert entry.state == "draft"
    body = body_of(client.get(page.url))
    assert "草稿已保存，未能提交：有条件共享的，须写明共享条件和使用范围" in body
    assert "尚未由数据安全员确认分级" in body
    assert f'<a href="{edit_url(entry)}">去补充</a>' in body
    scenes.grade_all(entry, world.police_security)
    data = edit_form(client, entry).data(sharing_condition="仅限核验。", submit="1")
    page = client.post(edit_url(entry), data)
    entry.refresh_from_db()
    assert entry.state == "signing"
    assert "已保存并提交签发" in body_of(client.get(page.url))
    assert client.get(edit_url(entry)).status_code == 409


def test_a_row_can_be_added_without_script(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    page = client.post(NEW, typed(new_form(client), title="未写完") | {"add_row": "items"})
    assert page.status_code == 200
    form = form_with(page, "title")
    assert form.value("title") == "未写完"
    assert form.value("items-TOTAL_FORMS") == str(len(scenes.ITEMS) + 1)
    assert form.value(f"items-{len(scenes.ITEMS)}-name") == ""
    assert not CatalogEntry.objects.exists()


def change_by_somebody_else(world: World, entry: CatalogEntry, **values: Any) -> None:
    entries.change_entry(
        actor=actor_of(world.police_cataloguer), entry=entry, values=values, items=scenes.ITEMS[:5]
    )


def test_whoever_saves_second_sees_both_sides_and_loses_nothing(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    entry = scenes.a_draft(world)
    mine = edit_form(client, entry).data(title="居住证登记信息（我的）")
    change_by_somebody_else(world, entry, title="居住证登记信息（他人的）")
    page = client.post(edit_url(entry), mine)
    assert page.status_code == 409
    body = body_of(page)
    assert "刚刚由他人修改" in body
    assert "居住证登记信息（他人的）" in body
    assert "信息项“登记日期”" in body
    form = form_with(page, "title")
    assert form.value("title") == "居住证登记信息（我的）"
    entry.refresh_from_db()
    assert entry.title == "居住证登记信息（他人的）"
    # Having seen both, saving once more is a decision.
    assert client.post(edit_url(entry), form.data()).status_code == 302
    entry.refresh_from_db()
    assert (entry.title, entry.version) == ("居住证登记信息（我的）", 2)
    assert entry.items.count() == 6


def test_what_was_typed_survives_the_draft_being_submitted(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    entry = scenes.a_draft(world)
    mine = edit_form(client, entry).data(summary="我写了很久的摘要")
    scenes.grade_all(entry, world.police_security)
    entries.move("submit", actor=actor_of(world.police_cataloguer), entry=entry)
    page = client.post(edit_url(entry), mine)
    assert page.status_code == 409
    assert "现在不能保存，请另行留存" in body_of(page)
    assert form_with(page, "title").value("summary") == "我写了很久的摘要"
    assert "保存草稿" not in body_of(page)


def test_unsaved_typing_is_kept_for_its_author_alone(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    entry = scenes.a_draft(world)
    half = edit_form(client, entry).data(title="", summary="写到一半")
    answer = client.post(edit_url(entry), half, headers=AUTOSAVE)
    assert answer.status_code == 200
    assert set(answer.json()) == {"saved_at"}
    entry.refresh_from_db()
    assert (entry.summary, entry.version) == (scenes.entry_values()["summary"], 0)
    again = client.get(edit_url(entry))
    assert "已恢复上次没有保存的内容" in body_of(again)
    form = form_with(again, "title")
    assert (form.value("title"), form.value("summary")) == ("", "写到一半")
    assert "写到一半" not in body_of(client.get(NEW))
    assert not UnsavedForm.objects.exclude(person=world.police_cataloguer).exists()

    client.post(reverse("catalog:forget", args=[entry.pk]))
    assert edit_form(client, entry).value("summary") == scenes.entry_values()["summary"]
    client.post(NEW, new_form(client).data(title="新的一半"), headers=AUTOSAVE)
    again = client.get(NEW)
    assert form_with(again, "title").value("title") == "新的一半"
    assert "is-invalid" not in body_of(again), "half an entry is not a mistake"
    assert client.post(NEW, typed(new_form(client), title="写完了")).status_code == 302
    assert not UnsavedForm.objects.exists()


def test_autosave_says_when_somebody_else_was_there(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    entry = scenes.a_draft(world)
    mine = edit_form(client, entry).data(summary="我的摘要")
    assert client.post(edit_url(entry), mine, headers=AUTOSAVE).status_code == 200
    change_by_somebody_else(world, entry, summary="他人的摘要，足够长。")
    answer = client.post(edit_url(entry), mine, headers=AUTOSAVE)
    assert answer.status_code == 409
    assert "刚刚由他人修改" in answer.json()["message"]
    # Opened again, the kept words come with what is stored now beside them.
    again = client.get(edit_url(entry))
    assert "目录中现在的内容与您填写的内容" in body_of(again)
    assert "他人的摘要，足够长。" in body_of(again)
    page = client.post(edit_url(entry), form_with(again, "title").data())
    assert page.status_code == 409, "the version is still the one that was read before the change"
    too_much = mine | {"summary": "长" * 600_000}
    assert client.post(NEW, too_much, headers=AUTOSAVE).status_code == 422
