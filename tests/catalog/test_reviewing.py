"""Reviewing field by field: what is returned re-opens, what is not stays as it is (SC-17)."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.differences import keyed_differences, renamed
from catalog.models import CatalogEntry, ReviewRemark
from catalog.services import entries, reviewing
from catalog.services.content import ITEM_FIELDS, content_of
from catalog.services.reviewing import Remark
from citybrain.refusals import Conflict, Refused
from tests import scenes
from tests.personas import World, actor_of

RETURN_SUMMARY = {"summary": Remark("return", "请写明覆盖范围")}


def remarked(world: World, entry: CatalogEntry, remarks: dict[str, Remark]) -> None:
    reviewing.remark(
        actor=actor_of(world.approver), entry=entry, version=entry.version, remarks=remarks
    )


def sent_back(world: World, entry: CatalogEntry, remarks: dict[str, Remark]) -> CatalogEntry:
    remarked(world, entry, remarks)
    return entries.move("reject", actor=actor_of(world.approver), entry=entry, reason="见逐项意见")


def change(world: World, entry: CatalogEntry, items: Any = None, **values: Any) -> CatalogEntry:
    return entries.change_entry(
        actor=actor_of(world.police_cataloguer),
        entry=entry,
        values=values,
        items=items or list(entry.items.values(*ITEM_FIELDS)),
    )


@pytest.mark.django_db
def test_a_draft_sent_back_re_opens_only_what_was_returned(world: World) -> None:
    entry = sent_back(
        world,
        scenes.a_signed_entry(world),
        {**RETURN_SUMMARY, "use_scope": Remark("comment", "可以更短"), "theme": Remark("accept")},
    )
    with pytest.raises(ValidationError) as refused:
        change(world, entry, summary="全市居住证登记信息。", theme="02", use_scope="核验")
    assert set(refused.value.message_dict) == {"theme", "use_scope"}
    assert "没有退回，不能修改" in str(refused.value)
    entry.refresh_from_db()
    assert entry.theme == "01"
    assert change(world, entry, summary="全市居住证登记信息。").summary == "全市居住证登记信息。"


@pytest.mark.django_db
def test_an_item_returned_may_change_its_name_or_go_and_no_other_may(world: World) -> None:
    entry = sent_back(
        world, scenes.a_signed_entry(world), {"items:联系电话": Remark("return", "写明是手机")}
    )
    rows = list(entry.items.values(*ITEM_FIELDS))
    other = [{**row, "length": 9} if row["name"] == "姓名" else row for row in rows]
    with pytest.raises(ValidationError, match="“信息项“姓名””没有退回"):
        change(world, entry, other)
    with pytest.raises(ValidationError, match="居住证类别"):
        change(world, entry, [*rows, {"name": "居住证类别", "data_type": "C", "length": 20}])
    named = [{**row, "name": "手机号码"} if row["name"] == "联系电话" else row for row in rows]
    assert change(world, entry, named).items.filter(name="手机号码").exists()
    left = [row for row in rows if row["name"] != "联系电话"]
    assert change(world, CatalogEntry.objects.get(pk=entry.pk), left).items.count() == len(left)


@pytest.mark.django_db
def test_fields_that_belong_together_open_together(world: World) -> None:
    entry = sent_back(
        world, scenes.a_signed_entry(world), {"sharing_type": Remark("return", "应为无条件")}
    )
    changed = change(world, entry, sharing_type=1, sharing_condition="", open_type="open")
    assert (changed.sharing_type, changed.open_type) == (1, "open")


@pytest.mark.django_db
def test_without_a_field_returned_the_whole_draft_is_open(world: World) -> None:
    entry = sent_back(
        world, scenes.a_signed_entry(world), {"summary": Remark("comment", "可以更短")}
    )
    assert reviewing.reopened(entry) is None
    assert change(world, entry, theme="02").theme == "02"


@pytest.mark.django_db
def test_what_has_a_field_returned_is_not_published_and_one_round_is_not_the_next(
    world: World,
) -> None:
    entry = scenes.a_signed_entry(world)
    remarked(world, entry, RETURN_SUMMARY)
    with pytest.raises(Refused, match="有 1 项意见为“退回”"):
        entries.move("publish", actor=actor_of(world.approver), entry=entry)
    entry = sent_back(world, entry, RETURN_SUMMARY)
    entry = change(world, entry, summary="全市居住证登记信息。")
    for name, person in (
        ("submit", world.police_cataloguer),
        ("recall", world.police_cataloguer),
    ):
        entry = entries.move(name, actor=actor_of(person), entry=entry)
    with pytest.raises(ValidationError):  # recalled: still only what was returned
        change(world, entry, theme="02")
    for name, person in (
        ("submit", world.police_cataloguer),
        ("sign", world.police_head),
        ("publish", world.approver),
    ):
        entry = entries.move(name, actor=actor_of(person), entry=entry)
    assert entry.is_published
    assert ReviewRemark.objects.filter(entry=entry).count() == 1


@pytest.mark.django_db
def test_remarks_are_the_approvers_and_about_what_was_read(world: World) -> None:
    entry = scenes.a_signed_entry(world)
    for person in (world.police_head, world.coordinator):
        with pytest.raises(PermissionDenied):
            reviewing.remark(
                actor=actor_of(person), entry=entry, version=entry.version, remarks=RETURN_SUMMARY
            )
    with pytest.raises(Conflict):
        reviewing.remark(
            actor=actor_of(world.approver),
            entry=entry,
            version=entry.version - 1,
            remarks=RETURN_SUMMARY,
        )
    for wrong in (
        {"nothing": Remark("accept")},
        {"summary": Remark("return")},
        {"summary": Remark("perhaps", "x")},
        {"summary": Remark("comment", "长" * 501)},
    ):
        with pytest.raises(ValidationError):
            remarked(world, entry, wrong)
    assert not ReviewRemark.objects.exists()


@pytest.mark.django_db
def test_of_a_revision_only_what_it_changes_is_reviewed(world: World, signed_in: Any) -> None:
    copy = scenes.a_signed_revision(world, scenes.a_published_entry(world), summary="登记的新事项")
    assert set(reviewing.reviewed(copy)) == {"summary"}
    client = signed_in(world.approver)
    address = reverse("catalog:review", args=[copy.pk])
    page = client.get(address).content.decode()
    assert "登记的新事项" in page
    assert "<del>" in page
    data = {"version": copy.version, "verdict-0": "return", "text-0": ""}
    wrong = client.post(address, data)
    assert wrong.status_code == 422
    assert "请写明意见" in wrong.content.decode()
    client.post(address, {**data, "text-0": "请写明范围"})
    assert copy.remarks.get().text == "请写明范围"
    assert "请写明范围" in client.get(reverse("catalog:entry", args=[copy.pk])).content.decode()


@pytest.mark.django_db
def test_the_form_shows_what_is_closed_and_keeps_it_whatever_is_posted(
    world: World, signed_in: Any
) -> None:
    entry = sent_back(world, scenes.a_signed_entry(world), RETURN_SUMMARY)
    client = signed_in(world.police_cataloguer)
    address = reverse("catalog:edit", args=[entry.pk])
    page = client.get(address)
    assert "请写明覆盖范围" in page.content.decode()
    form = page.context["form"]
    assert form.fields["theme"].disabled
    assert not form.fields["summary"].disabled
    assert all(row.fields["name"].disabled for row in page.context["items"].forms)
    # Nor is anything offered that would be refused: to take an item out, or another in.
    assert "-DELETE" not in page.content.decode()
    assert "data-formset-add" not in page.content.decode()
    count = entry.items.count()
    data = {
        "version": entry.version,
        "summary": "全市居住证登记信息。",
        "theme": "02",
        "items-TOTAL_FORMS": count,
        "items-INITIAL_FORMS": count,
    }
    assert client.post(address, data).status_code == 302
    entry.refresh_from_db()
    assert (entry.summary, entry.theme, entry.items.count()) == (
        "全市居住证登记信息。",
        "01",
        count,
    )


@pytest.mark.django_db
def test_whoever_returns_goes_on_with_the_reviews_as_drafts_are_out_of_sight(
    world: World, signed_in: Any
) -> None:
    entry = scenes.a_signed_entry(world)
    address = reverse("catalog:move", args=[entry.pk, "reject"])
    words = {"version": entry.version, "reason": "见意见"}
    answer = signed_in(world.approver).post(address, words, follow=True)
    assert answer.redirect_chain == [(reverse("catalog:reviews"), 302)]
    assert "已办理：审核退回。" in answer.content.decode()


@pytest.mark.django_db
def test_an_old_version_comes_back_as_a_revision(world: World, signed_in: Any) -> None:
    entry = scenes.a_published_entry(world)
    first = content_of(entry)
    rows = [row for row in scenes.ITEMS if row["name"] != "联系电话"]
    copy = scenes.a_signed_revision(world, entry, items=rows, title="居住证办理信息")
    entries.move("merge", actor=actor_of(world.approver), entry=copy)
    client = signed_in(world.police_cataloguer)
    entry.refresh_from_db()
    page = client.get(reverse("catalog:revision", args=[entry.pk, 1])).content.decode()
    assert "以这一版的内容起草修订稿" in page
    answer = client.post(
        reverse("catalog:restore", args=[entry.pk, 1]),
        {"reason": "恢复登记电话", "version": entry.version},
    )
    back = CatalogEntry.objects.get(revises=entry, state="draft")
    assert answer.url == reverse("catalog:entry", args=[back.pk])
    assert {**content_of(back), "code": ""} == {**first, "code": ""}
    assert content_of(entry)["title"] == "居住证办理信息"
    again = client.post(
        reverse("catalog:restore", args=[entry.pk, 1]),
        {"reason": "再来一次", "version": entry.version},
    )
    assert CatalogEntry.objects.filter(revises=entry, state="draft").count() == 1
    assert again.status_code == 409
    shown = client.get(
        reverse("catalog:compare", args=[entry.pk]), {"from": "2", "to": "now"}
    ).content.decode()
    assert "信息项“联系电话”" in shown
    assert "办法修订，增加登记事项" in shown  # the ground of version 2


def test_a_renamed_item_is_told_as_one_and_a_changed_type_by_name() -> None:
    before = [
        {"name": "姓名", "field": "xm", "data_type": "C", "length": 40},
        {"name": "电话", "data_type": "C", "length": 20},
        {"name": "日期", "data_type": "C", "length": 10},
        {"name": "证号", "field": "zh", "data_type": "C", "length": 18},
    ]
    after = [
        {"name": "联系电话", "data_type": "C", "length": 20},
        {"name": "持证人姓名", "field": "xm", "data_type": "C", "length": 40},
        {"name": "日期", "data_type": "D", "length": None},
        {"name": "证件", "field": "zj", "data_type": "C", "length": 18},
    ]
    assert renamed(before, after) == {"持证人姓名": "姓名"}
    rows = keyed_differences({"items": before}, {"items": after})
    assert rows["items:持证人姓名"].label == "信息项“持证人姓名”（原名“姓名”）"
    assert rows["items:持证人姓名"].kind == "changed"
    assert rows["items:日期"].label == "信息项“日期”（数据类型变更）"
    assert {rows[f"items:{name}"].kind for name in ("电话", "证号")} == {"removed"}
    assert {rows[f"items:{name}"].kind for name in ("联系电话", "证件")} == {"added"}


NAMES = st.lists(st.sampled_from("甲乙丙丁戊己"), unique=True, max_size=5)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(old=NAMES, new=NAMES)
def test_every_item_that_differs_is_told_once(old: list[str], new: list[str]) -> None:
    before = [{"name": name, "data_type": "C", "length": 9} for name in old]
    after = [{"name": name, "data_type": "C", "length": 9} for name in new]
    called = renamed(before, after)
    assert set(called) <= set(new) - set(old)
    assert len(set(called.values())) == len(called)
    keys = set(keyed_differences({"items": before}, {"items": after}))
    told = {key.removeprefix("items:") for key in keys if key != "items"}
    assert told == (set(old) ^ set(new)) - set(called.values())
    assert bool(keys) == (old != new)
