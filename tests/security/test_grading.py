"""The grading pages and the rule behind them."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import CatalogEntry
from catalog.services import entries
from citybrain.audit.models import AuditRecord
from citybrain.refusals import Conflict
from security.models import ItemGrade
from security.queries import ungraded_items
from security.services.grading import Decision, confirm_grades
from security.worklist import items as worklist
from tests import scenes
from tests.forms import Form, form_with
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def url_of(entry: CatalogEntry) -> str:
    return reverse("security:grade_entry", args=[entry.pk])


def form_of(client: Client, entry: CatalogEntry) -> Form:
    item = entry.items.first()
    return form_with(client.get(url_of(entry)), f"seen-{item.pk}")


def key_of(entry: CatalogEntry, name: str) -> int:
    return entry.items.get(name=name).pk


def graded(name: str) -> ItemGrade:
    return ItemGrade.objects.get(item__name=name)


def retype(world: World, entry: CatalogEntry, **types: str) -> None:
    """The cataloguer gives items other data types."""
    entries.change_entry(
        actor=actor_of(world.police_cataloguer),
        entry=CatalogEntry.objects.get(pk=entry.pk),
        values={},
        items=[
            {**item, "data_type": types.get(item["name"], item["data_type"])}
            for item in scenes.ITEMS
        ],
    )


def test_each_suggestion_stands_with_its_reason_and_all_are_accepted_at_once(
    world: World, signed_in
) -> None:
    entry = scenes.a_draft(world)
    client = signed_in(world.police_security)
    body = client.get(url_of(entry)).content.decode()
    assert "名称含“公民身份号码”，属于可直接识别特定自然人的证件号码。" in body
    assert "名称和类型未见敏感特征。" in body
    page = client.post(url_of(entry), form_of(client, entry).data(accept="all"))
    assert page.status_code == 302
    assert "已确认6个信息项的分级。" in client.get(page.url).content.decode()
    assert not ungraded_items(entry)
    name = graded("姓名")
    assert (name.grade, name.is_masked) == ("general_3", True)
    assert name.confirmed_by == world.police_security
    record = AuditRecord.objects.get(verb="security.grades.confirmed")
    assert {"item": "姓名", "grade": "general_3", "category": "personal_basic"} in record.data[
        "grades"
    ]


def test_a_lower_grade_wants_a_reason_and_keeps_what_was_typed(world: World, signed_in) -> None:
    entry = scenes.a_draft(world)
    client = signed_in(world.police_security)
    name, phone = key_of(entry, "姓名"), key_of(entry, "联系电话")
    data = form_of(client, entry).data(
        **{
            f"grade-{name}": "general_1",
            f"category-{name}": "operation",
            f"grade-{phone}": "general_2",
            f"reason-{phone}": "单位公开电话",
        }
    )
    page = client.post(url_of(entry), data)
    assert page.status_code == 422
    assert "“姓名”的级别低于建议级别，请说明理由" in page.content.decode()
    assert "“联系电话”的级别低于" not in page.content.decode()
    assert not ItemGrade.objects.exists()
    form = form_with(page, f"seen-{name}")
    assert form.value(f"grade-{name}") == "general_1"
    assert form.value(f"reason-{phone}") == "单位公开电话"
    data = form.data(**{f"reason-{name}": "已做去标识化处理"})
    assert client.post(url_of(entry), data).status_code == 302
    assert (graded("姓名").grade, graded("姓名").reason) == ("general_1", "已做去标识化处理")
    assert graded("姓名").suggested_grade == "general_3"
    assert not graded("姓名").is_masked
    # What was decided otherwise stays so when the rest is accepted.
    form = form_of(client, entry)
    assert form.value(f"reason-{name}") == "已做去标识化处理"
    client.post(url_of(entry), form.data(accept="all"))
    assert graded("姓名").grade == "general_1"


def test_a_higher_grade_needs_no_reason_and_nonsense_is_refused(world: World, signed_in) -> None:
    entry = scenes.a_draft(world)
    client = signed_in(world.police_security)
    number = key_of(entry, "登记编号")
    form = form_of(client, entry)
    page = client.post(url_of(entry), form.data(**{f"grade-{number}": "general_9"}))
    assert page.status_code == 422
    assert "请选择数据级别和数据类别" in page.content.decode()
    assert client.post(url_of(entry), form.data(**{f"grade-{number}": "core"})).status_code == 302
    assert graded("登记编号").grade == "core"


def test_an_item_changed_since_it_was_shown_is_shown_again(world: World, signed_in) -> None:
    entry = scenes.a_draft(world)
    client = signed_in(world.police_security)
    name = key_of(entry, "姓名")
    data = form_of(client, entry).data(**{f"grade-{name}": "important"})
    retype(world, entry, 行政区划="N")
    page = client.post(url_of(entry), data)
    assert page.status_code == 409
    assert "刚刚由编目员修改，请按新的内容重新核对：行政区划" in page.content.decode()
    assert not ItemGrade.objects.exists()
    form = form_with(page, f"seen-{name}")
    assert form.value(f"grade-{name}") == "important"
    assert client.post(url_of(entry), form.data()).status_code == 302
    assert not ungraded_items(entry)


def test_an_item_changed_after_grading_waits_for_the_officer_again(world: World, signed_in) -> None:
    entry = scenes.a_draft(world)
    officer = actor_of(world.police_security)
    assert [item.action for item in worklist(officer)] == ["确认分级"]
    scenes.grade_all(entry, world.police_security)
    assert worklist(officer) == []
    retype(world, entry, 行政区划="M")
    assert [item.name for item in ungraded_items(entry)] == ["行政区划"]
    assert [item.title for item in worklist(officer)] == ["《居住证登记信息》"]
    page = signed_in(world.police_security).get(reverse("security:grading_list"))
    (listed,) = page.context["page"]
    assert (listed.ungraded, listed.item_count) == (1, 6)
    detail = signed_in(world.police_cataloguer).get(reverse("catalog:entry", args=[entry.pk]))
    assert detail.content.decode().count("待确认分级") == 1


def test_grades_stay_once_the_entry_is_with_the_bureau(world: World, signed_in) -> None:
    entry = scenes.a_submitted_entry(world)
    client = signed_in(world.police_security)
    data = form_of(client, entry).data()
    entries.move("sign", actor=actor_of(world.police_head), entry=entry)
    with pytest.raises(Conflict):
        confirm_grades(
            actor=actor_of(world.police_security),
            entry=entry,
            decisions={entry.items.first().pk: Decision("general_4", "operation", "就高")},
        )
    page = client.post(url_of(entry), data)
    assert page.status_code == 409
    assert "目录已报审，分级不能再调整" in page.content.decode()


def test_the_list_holds_what_waits_and_nothing_else(world: World, signed_in) -> None:
    done = scenes.a_draft(world, title="甲类登记信息")
    scenes.grade_all(done, world.police_security)
    waiting = scenes.a_draft(world, title="乙类登记信息")
    client = signed_in(world.police_security)
    body = client.get(reverse("security:grading_list")).content.decode()
    assert reverse("catalog:entry", args=[waiting.pk]) in body
    assert "甲类登记信息" not in body
    # What has been confirmed is adjusted from the page of its entry.
    body = client.get(reverse("catalog:entry", args=[done.pk])).content.decode()
    assert "调整分级" in body


def test_the_officer_sees_what_the_items_are_of(world: World, signed_in) -> None:
    entry = scenes.a_draft(
        world,
        items=[{**scenes.ITEMS[0], "field": "djbh", "description": "登记机关编号"}],
    )
    body = signed_in(world.police_security).get(url_of(entry)).content.decode()
    for words in (
        reverse("catalog:entry", args=[entry.pk]),
        entry.summary,
        entry.use_scope,
        "djbh",
        "字符串型C 20",
        "登记机关编号",
    ):
        assert words in body, words


def test_only_the_departments_officer_grades(world: World, signed_in) -> None:
    entry = scenes.a_draft(world)
    for person, status in (("police_cataloguer", 403), ("water_security", 404)):
        client = signed_in(world.people[person])
        assert client.get(url_of(entry)).status_code == status
        answer: Any = client.post(url_of(entry), {"accept": "all"})
        assert answer.status_code == status
    assert not ItemGrade.objects.exists()


def test_the_list_costs_the_same_at_2_and_at_24(world: World, signed_in) -> None:
    client = signed_in(world.police_security)
    url = reverse("security:grading_list")
    counts = []
    made = 0
    for wanted in (2, 24):
        while made < wanted:
            scenes.a_draft(world, title=f"登记信息之{made}")
            made += 1
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
