"""Revising what is published: a copy that nobody else sees, and what happens when it is approved."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from catalog.models import CatalogEntry, DataItem
from catalog.search import Wanted, published
from catalog.services import entries, revising
from catalog.services.content import ITEM_FIELDS, content_of
from citybrain.audit.models import StateChange
from citybrain.duties.models import Duty
from citybrain.notices.models import Notice
from citybrain.refusals import Conflict, Refused
from security.models import ItemGrade
from sharing.gateway.grants import grant_of
from sharing.gateway.records import read_all
from sharing.models import Authorization, ShareApplication
from sharing.services import hosting
from tests import scenes
from tests.factories.organizations import UserFactory
from tests.forms import forms_of
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
# The phone is taken out, the name becomes longer, a new item comes in.
ITEMS: list[dict[str, Any]] = [
    item for item in scenes.ITEMS if item["name"] not in ("联系电话", "姓名")
] + [
    {"name": "姓名", "data_type": "C", "length": 200},
    {"name": "居住证类别", "data_type": "C", "length": 20},
]


def found(world: World, words: str) -> list[str]:
    wanted = Wanted(q=words)
    return [entry.title for entry in published(actor_of(world.water_cataloguer), wanted).entries]


def approve(world: World, copy: CatalogEntry) -> CatalogEntry:
    entries.move("merge", actor=actor_of(world.approver), entry=copy)
    return CatalogEntry.objects.get(pk=copy.revises_id)


def test_until_it_is_approved_nobody_else_sees_or_uses_it(world: World, signed_in: Any) -> None:
    entry = scenes.a_published_entry(world)
    before = content_of(entry)
    copy = scenes.a_signed_revision(world, entry, items=ITEMS, title="居住证办理信息")
    entry.refresh_from_db()
    assert content_of(entry) == before
    assert (found(world, "居住证办理"), found(world, "居住证登记")) == ([], [entry.title])
    stranger = signed_in(world.water_cataloguer)
    assert stranger.get(reverse("catalog:entry", args=[copy.pk])).status_code == 404
    page = stranger.get(reverse("catalog:entry", args=[entry.pk])).content.decode()
    assert "修订" not in page
    own = signed_in(world.police_head).get(reverse("catalog:entry", args=[entry.pk]))
    assert copy.code in own.content.decode()
    # Under the same name in a list, it is told from what is published.
    for person, name in ((world.police_head, "catalog:own"), (world.approver, "catalog:reviews")):
        listed = signed_in(person).get(reverse(name)).content.decode()
        assert listed.count("· 修订稿") == 1


@pytest.mark.parametrize("reader", ["approver", "city_reader"])
def test_a_draft_is_the_departments_own_until_it_is_submitted(
    world: World, signed_in: Any, reader: str
) -> None:
    entry = scenes.a_published_entry(world)
    copy = scenes.a_revision(world, entry, summary="尚在斟酌的摘要")
    scenes.grade_all(copy, world.police_security)
    pages = [
        reverse("catalog:entry", args=[entry.pk]),
        reverse("catalog:compare", args=[entry.pk]) + "?from=1&to=now",
    ]
    outside, inside = signed_in(world.people[reader]), signed_in(world.police_head)
    for url, words in zip(pages, (copy.code, copy.summary), strict=True):
        assert words in inside.get(url).content.decode()
        assert words not in outside.get(url).content.decode()
    entries.move("submit", actor=actor_of(world.police_cataloguer), entry=copy)
    for url, words in zip(pages, (copy.code, copy.summary), strict=True):
        assert words in outside.get(url).content.decode()


def test_approved_it_takes_effect_at_once_with_items_and_grades(world: World) -> None:
    entry = scenes.a_published_entry(world)
    kept = entry.items.get(name="姓名")
    gone = entry.items.get(name="联系电话")
    copy = scenes.a_signed_revision(world, entry, items=ITEMS, title="居住证办理信息")
    new = copy.items.get(name="居住证类别")
    entry = approve(world, copy)
    assert (entry.title, entry.state, entry.code) == ("居住证办理信息", "published", copy.code[:-2])
    assert list(entry.items.values_list("name", flat=True)) == [item["name"] for item in ITEMS]
    assert entry.items.get(name="姓名").pk == kept.pk, "who applied for it still has it"
    assert entry.items.get(name="姓名").length == 200
    assert entry.items.get(name="居住证类别").pk == new.pk
    assert DataItem.objects.get(pk=gone.pk).entry_id == copy.pk, "nothing of record is deleted"
    assert ItemGrade.objects.filter(item__entry=entry).count() == len(ITEMS)
    first, second = entry.revisions.order_by("number")
    assert (first.content["title"], second.content["title"]) == ("居住证登记信息", entry.title)
    assert [item["name"] for item in second.content["items"]] == [item["name"] for item in ITEMS]
    assert found(world, "居住证办理") == [entry.title]
    moves = StateChange.objects.filter(subject_type="catalog.CatalogEntry", subject_id=entry.pk)
    assert list(moves.values_list("move", flat=True))[-2:] == ["revise", "renew"]


def test_unchanged_items_keep_their_grades_and_new_ones_want_theirs(world: World) -> None:
    entry = scenes.a_published_entry(world)
    copy = scenes.a_revision(world, entry, items=ITEMS)
    with pytest.raises(Refused) as refused:
        entries.move("submit", actor=actor_of(world.police_cataloguer), entry=copy)
    assert [reason.partition("。")[0] for reason in refused.value.reasons] == [
        "以下信息项尚未由数据安全员确认分级：居住证类别"
    ]


def test_a_grade_confirmed_for_the_revision_holds_from_its_approval_on(world: World) -> None:
    entry = scenes.a_published_entry(world)
    item = entry.items.get(name="姓名")
    ItemGrade.objects.filter(item=item).update(grade="general_2")
    copy = scenes.a_revision(world, entry)
    scenes.grade_all(copy, world.police_security)
    now = ItemGrade.objects.get(item__entry=copy, item__name="姓名").grade
    assert now != "general_2"
    assert ItemGrade.objects.get(item=item).grade == "general_2"
    copy = entries.move("submit", actor=actor_of(world.police_cataloguer), entry=copy)
    approve(world, entries.move("sign", actor=actor_of(world.police_head), entry=copy))
    assert ItemGrade.objects.get(item=item).grade == now


def test_one_revision_at_a_time_and_no_retirement_meanwhile(world: World) -> None:
    entry = scenes.a_published_entry(world)
    copy = scenes.a_revision(world, entry)
    cataloguer = actor_of(world.police_cataloguer)
    for name, actor in (("revise", cataloguer), ("retire", actor_of(world.approver))):
        with pytest.raises(Refused, match=copy.code):
            entries.move(name, actor=actor, entry=entry, reason="再修订")
    with pytest.raises(Conflict, match="已有一份修订稿在办"):  # two people press at once
        revising.begin(cataloguer, entry, by_law=False)
    entries.move("discard", actor=cataloguer, entry=copy, reason="不再修订")
    assert scenes.a_revision(world, entry).code.endswith("~2")


def test_a_title_is_taken_by_others_and_not_by_what_is_revised(world: World) -> None:
    entry = scenes.a_published_entry(world)
    scenes.a_published_entry(world, title="户籍登记信息")
    copy = scenes.a_revision(world, entry)
    cataloguer = actor_of(world.police_cataloguer)
    items = list(copy.items.values(*ITEM_FIELDS))
    with pytest.raises(ValidationError, match="同名"):
        entries.change_entry(
            actor=cataloguer, entry=copy, values={"title": "户籍登记信息"}, items=items
        )


def test_the_bureau_approves_what_it_has_read(world: World) -> None:
    entry = scenes.a_published_entry(world)
    copy = scenes.a_signed_revision(world, entry)
    stale = copy.version - 1
    with pytest.raises(Conflict):
        entries.move("merge", actor=actor_of(world.approver), entry=copy, version=stale)
    with pytest.raises(PermissionDenied):
        entries.move("merge", actor=actor_of(world.police_head), entry=copy)


def test_a_change_of_law_gives_ten_working_days_and_the_bureau_two(world: World) -> None:
    entry = scenes.a_published_entry(world)
    copy = scenes.a_revision(world, entry, move="revise_by_law")
    duty = Duty.objects.open().of(copy).get()
    assert (duty.rule, duty.department_id) == ("update_catalog", world.police.pk)
    scenes.grade_all(copy, world.police_security)
    entries.move("submit", actor=actor_of(world.police_cataloguer), entry=copy)
    copy = entries.move("sign", actor=actor_of(world.police_head), entry=copy)
    duty.refresh_from_db()
    assert duty.fulfilled_at is not None
    assert Duty.objects.open().of(copy).get().rule == "review_catalog"
    approve(world, copy)
    assert not Duty.objects.open().of(copy).exists()


def test_consumers_of_changed_items_are_told_and_the_provider_sees_them(
    world: World, signed_in: Any
) -> None:
    entry = scenes.a_hosted_entry(world)
    authorization = scenes.an_authorization(world, entry, names=("登记编号", "联系电话"))
    other = UserFactory(department=world.water, roles=["cataloguer"])
    copy = scenes.a_signed_revision(world, entry, items=ITEMS)
    page = signed_in(world.police_cataloguer).get(reverse("catalog:entry", args=[copy.pk]))
    shown = page.content.decode()
    assert "受影响的使用单位" in shown
    assert authorization.number in shown
    approve(world, copy)
    told = Notice.objects.filter(kind="catalog.entry.merge", subject_id=authorization.pk)
    people = set(told.values_list("recipient__username", flat=True))
    assert {world.health_cataloguer.username, world.health_head.username} <= people
    assert other.username not in people
    assert "联系电话" in told[0].body
    assert "登记编号" not in told[0].body
    terms = Authorization.objects.get(pk=authorization.pk).terms
    assert [item["name"] for item in terms["items"]] == ["登记编号", "联系电话"]


def test_an_application_under_way_still_names_what_it_asked_for(world: World) -> None:
    entry = scenes.a_published_entry(world)
    application = scenes.a_delivered_application(world, entry, names=("登记编号", "联系电话"))
    approve(world, scenes.a_signed_revision(world, entry, items=ITEMS))
    application = ShareApplication.objects.get(pk=application.pk)
    names = application.items.values_list("item__name", flat=True)
    assert set(names) == {"登记编号", "联系电话"}


def test_the_page_leads_into_the_revision_and_shows_what_it_changes(
    world: World, signed_in: Any
) -> None:
    entry = scenes.a_published_entry(world)
    client: Client = signed_in(world.police_cataloguer)
    page = client.get(reverse("catalog:entry", args=[entry.pk]))
    (form,) = [form for form in forms_of(page) if form.action.endswith("/revise/")]
    answer = client.post(form.action, form.data(reason="增加登记事项"))
    copy = CatalogEntry.objects.get(revises=entry)
    assert answer["Location"] == reverse("catalog:edit", args=[copy.pk])
    actor = actor_of(world.police_cataloguer)
    entries.change_entry(actor=actor, entry=copy, values={"summary": "新的摘要"}, items=ITEMS)
    shown = client.get(reverse("catalog:entry", args=[copy.pk])).content.decode()
    assert "与已发布内容的差异" in shown
    assert "信息项“联系电话”" in shown
    assert "新的摘要" in shown


def test_a_renamed_item_keeps_its_identity_and_the_grants_on_it(
    world: World, signed_in: Any
) -> None:
    entry = scenes.a_hosted_entry(world)
    granted = scenes.an_authorization(world, entry, names=("登记编号", "行政区划"))
    before = entry.items.get(name="行政区划")
    cataloguer = actor_of(world.police_cataloguer)
    copy = scenes.a_revision(world, entry, items=_called("行政区划", "所在区"))
    # Renamed once more and moved, it is still the same.
    moved = _called("行政区划", "所在行政区划")
    moved[4], moved[0] = moved[0], moved[4]
    for items in (_called("行政区划", "所在行政区划"), moved):
        copy = entries.change_entry(actor=cataloguer, entry=copy, values={}, items=items)
    page = signed_in(world.police_cataloguer).get(reverse("catalog:entry", args=[copy.pk]))
    assert "信息项“所在行政区划”（原名“行政区划”）" in page.content.decode()
    scenes.grade_all(copy, world.police_security)
    copy = entries.move("submit", actor=cataloguer, entry=copy)
    entry = approve(world, entries.move("sign", actor=actor_of(world.police_head), entry=copy))

    item = entry.items.get(name="所在行政区划")
    assert (item.pk, item.key) == (before.pk, "所在行政区划")
    assert granted.items.filter(item=item).exists()
    assert entry.items.count() == len(scenes.ITEMS)
    told = Notice.objects.filter(kind="catalog.entry.merge", subject_id=granted.pk)
    assert "行政区划（现名所在行政区划）" in told[0].body
    assert _served(entry, granted) == ["秀英区", "龙华区", "琼山区"]
    later = scenes.csv_file(headings=[one["name"] for one in _called("行政区划", "所在行政区划")])
    upload = hosting.check_upload(entry=entry, file=later, file_name="居住证.csv")
    hosting.host(actor=cataloguer, entry=entry, upload=upload)
    assert _served(entry, granted) == ["秀英区", "龙华区", "琼山区"]


def _called(before: str, now: str) -> list[dict[str, Any]]:
    return [{**one, "name": now if one["name"] == before else one["name"]} for one in scenes.ITEMS]


def _served(entry: CatalogEntry, granted: Authorization) -> list[str]:
    """What the grant gives under the name that it has frozen, and what is there under the new."""
    grant = grant_of(Authorization.objects.get(pk=granted.pk))
    assert grant.dataset_id is not None
    rows = [values[-1] for values in read_all(grant.dataset_id, grant.items)]
    new = [{"name": "所在行政区划", "masked": False, "category": ""}]
    assert [values[0] for values in read_all(grant.dataset_id, new)] == rows
    return rows
