"""One source of record for each item (SC-19): overlaps, decisions, and what entries say of them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog import tasks
from catalog.libraries import overlaps, queries, sources
from catalog.libraries.choices import TRIVIAL, Verdict
from catalog.models import DataItem, ItemOverlap, ItemSource
from catalog.models.item import item_key
from citybrain.audit.models import AuditRecord
from citybrain.notices.models import Notice
from citybrain.organizations.models import Department
from citybrain.refusals import Conflict
from tests import scenes
from tests.catalog import many
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
LIST = "/catalog/sources/"
WHY = "依照户口登记条例由公安机关采集。"


def decide(world: World, name: str = "姓名", department: Department | None = None) -> ItemSource:
    return sources.decide(
        actor=actor_of(world.approver),
        name=name,
        verdict=Verdict.SOURCE,
        department=department or world.police,
        reason=WHY,
    )


def three_departments_collect(world: World) -> None:
    """姓名 in three, 电话 in two, 备注 in all, 卡号 in one department."""
    for person, department, names in (
        (world.police_cataloguer, world.police, ("姓名", "联系 电话", "备注")),
        (world.health_cataloguer, world.health, ("姓 名", "联系电话", "备注", "卡号")),
        (world.water_cataloguer, world.water, ("姓名", "备注")),
    ):
        changes = [{"title": f"第{n}号登记信息", "items": names} for n in range(2)]
        many.drafts(actor_of(person), department, *changes, state="published")


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_folded_name_follows_the_item_whichever_way_it_is_saved(world: World) -> None:
    entry = scenes.a_draft(world, items=[{"name": "ＩＣ 卡号", "data_type": "C"}])
    assert entry.items.get().key == "ic卡号"
    item = entry.items.get()
    item.name = "Card No"
    item.save()
    assert DataItem.objects.get(pk=item.pk).key == item_key("cardno")


def test_items_of_several_departments_are_counted_and_trivial_names_are_not(world: World) -> None:
    three_departments_collect(world)
    assert overlaps.count_anew() == 2
    found = list(ItemOverlap.objects.values_list("key", "departments", "entries"))
    assert found == [("姓名", 3, 6), ("联系电话", 2, 4)]
    assert all(item_key(name) == name for name in TRIVIAL)
    assert overlaps.count_anew() == 2  # again, instead of twice as much


def test_drafts_and_withdrawn_entries_do_not_count(world: World) -> None:
    for person, department, state in (
        (world.police_cataloguer, world.police, "published"),
        (world.health_cataloguer, world.health, "draft"),
        (world.water_cataloguer, world.water, "retired"),
    ):
        many.drafts(
            actor_of(person), department, {"title": "登记", "items": ("姓名",)}, state=state
        )
    assert overlaps.count_anew() == 0


def test_a_decision_takes_the_item_off_the_suggestions_and_stays_on_record(world: World) -> None:
    three_departments_collect(world)
    overlaps.count_anew()
    first = decide(world)
    assert [one.name for one in queries.undecided([])] == ["联系电话"]
    changed = sources.decide(
        actor=actor_of(world.approver),
        name="姓 名",
        verdict=Verdict.DIFFERENT,
        department=world.police,
        reason="各单位的登记对象不同。",
        version=first.version,
    )
    assert (changed.pk, changed.department, changed.version) == (first.pk, None, 1)
    history = [one.reason for one in queries.history_of(changed)]
    assert history == ["各单位的登记对象不同。", WHY]
    data = AuditRecord.objects.filter(verb="catalog.source.decided").latest("id").data
    assert data["before"]["department"] == world.police.name


def test_a_decision_needs_the_bureau_a_department_and_a_reason(world: World) -> None:
    for person in (world.police_cataloguer, world.auditor, world.coordinator):
        with pytest.raises(PermissionDenied):
            sources.decide(
                actor=actor_of(person),
                name="姓名",
                verdict=Verdict.SOURCE,
                department=world.police,
                reason=WHY,
            )
    for department, reason, field in (
        (None, WHY, "department"),
        (world.city, WHY, "department"),
        (world.police, " ", "reason"),
    ):
        with pytest.raises(ValidationError) as refused:
            sources.decide(
                actor=actor_of(world.approver),
                name="姓名",
                verdict=Verdict.SOURCE,
                department=department,
                reason=reason,
            )
        assert field in refused.value.message_dict


def test_who_read_an_older_decision_is_told(world: World) -> None:
    decide(world)
    with pytest.raises(Conflict):
        decide(world, department=world.health)  # as if nothing had been decided
    assert ItemSource.objects.get().department == world.police


def test_other_departments_are_led_to_the_source_while_they_compile_and_after(
    world: World, signed_in
) -> None:
    provided = scenes.a_published_entry(world)
    decide(world)
    decide(world, name="卡号")  # nobody has catalogued it yet
    draft, published = (
        many.drafts(
            actor_of(world.health_cataloguer),
            world.health,
            {"title": f"就诊登记{state}", "items": ("姓名", "卡号")},
            state=state,
        )[0]
        for state in ("draft", "published")
    )
    client = signed_in(world.health_cataloguer)
    for entry in (draft, published):
        shown = page(client, reverse("catalog:entry", args=[entry.pk]))
        assert "可以向数源部门申请共享" in shown
        assert reverse("catalog:entry", args=[provided.pk]) in shown
        assert "数源部门尚未编目" in shown
    own = page(signed_in(world.police_cataloguer), reverse("catalog:entry", args=[provided.pk]))
    assert "可以向数源部门申请共享" not in own


def test_the_source_and_whoever_else_collects_are_told(world: World) -> None:
    three_departments_collect(world)
    decided = decide(world, "联系电话")
    told = Notice.objects.filter(kind="catalog.source.decided")
    assert {one.recipient for one in told} == {world.police_cataloguer, world.health_cataloguer}
    assert told[0].title == "一数一源：联系电话的数源部门确定为市公安局"
    sources.decide(
        actor=actor_of(world.approver),
        name="联系电话",
        verdict=Verdict.DIFFERENT,
        department=None,
        reason="登记对象不同。",
        version=decided.version,
    )
    assert told.count() == 2


def test_the_bureau_decides_in_the_browser(
    world: World, signed_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_departments_collect(world)
    monkeypatch.setattr(tasks.count_overlaps, "delay", overlaps.count_anew)
    client = signed_in(world.approver)
    client.post(reverse("catalog:source_count"))
    url = queries.item_url("姓名")
    assert "姓名" in page(client, LIST)
    assert "市水务局" in page(client, url)
    refused = client.post(url, {"verdict": "source", "department": "", "reason": WHY})
    assert refused.status_code == 422
    assert WHY in refused.content.decode()
    client.post(url, {"verdict": "source", "department": world.police.pk, "reason": WHY})
    assert "数源部门为海口市公安局" in page(client, url)
    stale = client.post(url, {"verdict": "different", "reason": "另作决定"})
    assert stale.status_code == 409
    assert "另作决定" in stale.content.decode()
    assert "数源部门为市公安局" in page(client, f"{LIST}?tab=decided&q=姓名")
    assert "联系电话" in page(client, f"{LIST}?q=电 话")


def test_the_pages_cost_the_same_with_2_and_with_200_rows(world: World, signed_in) -> None:
    client = signed_in(world.approver)
    urls = (LIST, f"{LIST}?tab=decided", queries.item_url("姓名"))
    counts: list[list[int]] = []
    for start, count in ((0, 2), (2, 198)):
        many.drafts(
            actor_of(world.police_cataloguer),
            world.police,
            *({"title": f"第{n}号登记", "items": ("姓名",)} for n in range(start, start + count)),
            state="published",
        )
        for n in range(start, start + count):
            decide(world, name=f"信息项{n}")
            ItemOverlap.objects.create(
                key=f"重复{n}", name=f"重复{n}", departments=2, entries=2, counted_at=timezone.now()
            )
        row = []
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as captured:
                client.get(url)
            row.append(len(captured))
        counts.append(row)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 20


def test_everybody_reads_an_item_and_only_the_bureau_decides(world: World, signed_in) -> None:
    url = queries.item_url("姓名")
    decision = {"verdict": "source", "department": world.police.pk, "reason": WHY}
    for name, person in world.people.items():
        client = signed_in(person)
        assert client.get(url).status_code == 200
        if name != "approver":
            assert client.post(url, decision).status_code == 403, name
    assert Client().get(url).status_code == 302
    assert signed_in(world.approver).get("/catalog/sources/item/").status_code == 404
