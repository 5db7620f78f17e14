"""From draft to published and back: who moves an entry, who is asked, who is told."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from catalog.models import CatalogEntry, EntryRevision
from catalog.services import entries
from catalog.services.content import content_of
from catalog.worklist import items as worklist
from citybrain.audit.models import AuditRecord, StateChange
from citybrain.crypto import digest_of
from citybrain.duties.models import Duty
from citybrain.notices.models import Notice
from citybrain.notices.services import name_deputy
from citybrain.organizations.models import User
from citybrain.refusals import Conflict, Refused
from security.models import ItemGrade
from tests import scenes
from tests.factories.organizations import UserFactory
from tests.forms import forms_of
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def move(name: str, person: User, entry: CatalogEntry, reason: str = "") -> CatalogEntry:
    return entries.move(name, actor=actor_of(person), entry=entry, reason=reason)


def stands_in(deputy: User, principal: User) -> None:
    today = timezone.localdate()
    name_deputy(
        actor=actor_of(principal),
        deputy=deputy,
        starts_on=today,
        ends_on=today + timedelta(days=5),
        reason="外出学习",
    )


def open_duty(entry: CatalogEntry) -> Duty:
    return Duty.objects.open().of(entry).get()


def told(person: User) -> list[str]:
    return list(
        Notice.objects.filter(recipient=person).order_by("id").values_list("kind", flat=True)
    )


def test_the_way_to_publication_and_its_two_working_days(world: World) -> None:
    with time_machine.travel("2026-04-29T10:00:00+08:00", tick=False):
        entry = scenes.a_submitted_entry(world)
        assert (entry.state, entry.submitted_by) == ("signing", world.police_cataloguer)
        assert open_duty(entry).rule == "internal_signoff"
        assert told(world.police_head) == ["catalog.entry.submit"]
    # SC-17: two working days from receipt, across the holiday of 1 to 5 May.
    with time_machine.travel("2026-04-30T10:00:00+08:00", tick=False):
        entry = move("sign", world.police_head, entry)
        duty = open_duty(entry)
        assert (duty.rule, duty.days, duty.due_on) == ("review_catalog", 2, date(2026, 5, 7))
        assert (duty.department, duty.for_department) == (world.bureau, world.police)
        assert told(world.approver) == ["catalog.entry.sign"]
    with time_machine.travel("2026-05-06T10:00:00+08:00", tick=False):
        entry = move("publish", world.approver, entry)
    assert (entry.state, entry.published_on) == ("published", date(2026, 5, 6))
    assert not Duty.objects.open().exists()
    assert told(world.police_cataloguer) == ["catalog.entry.sign", "catalog.entry.publish"]
    assert told(world.police_head)[-1] == "catalog.entry.publish"
    revision = EntryRevision.objects.get()
    assert (revision.number, revision.approved_by) == (1, world.approver)
    assert revision.content == content_of(entry)
    assert revision.digest == digest_of(revision.content)
    changes = StateChange.objects.order_by("id").values_list("move", "old", "new")
    assert list(changes) == [
        ("submit", "draft", "signing"),
        ("sign", "signing", "reviewing"),
        ("publish", "reviewing", "published"),
    ]
    assert AuditRecord.objects.filter(verb="catalog.entry.publish").count() == 1


@pytest.mark.parametrize("step", ["send_back", "reject"])
def test_returning_wants_a_reason_and_leads_back_to_the_draft(
    world: World, signed_in, step: str
) -> None:
    entry = scenes.a_submitted_entry(world)
    returner = world.police_head
    if step == "reject":
        entry = move("sign", world.police_head, entry)
        returner = world.approver
    with pytest.raises(ValidationError):
        move(step, returner, entry, "  ")
    entry = move(step, returner, entry, "摘要没有说明覆盖范围")
    assert entry.state == "draft"
    assert not Duty.objects.open().exists()
    assert told(world.police_cataloguer)[-1] == f"catalog.entry.{step}"
    client = signed_in(world.police_cataloguer)
    page = client.get(reverse("catalog:entry", args=[entry.pk])).content.decode()
    assert page.count("摘要没有说明覆盖范围") >= 1
    assert returner.name in page
    (item,) = worklist(actor_of(world.police_cataloguer))
    assert (item.title, item.action) == ("《居住证登记信息》", "修改后重新提交")
    entries.change_entry(
        actor=actor_of(world.police_cataloguer),
        entry=entry,
        values={"summary": "覆盖全市四区的居住证申领、签注登记信息。"},
        items=scenes.ITEMS,
    )
    # Grades stay with the items that stayed, so the way is free at once.
    entry = move("submit", world.police_cataloguer, CatalogEntry.objects.get(pk=entry.pk))
    entry = move("publish", world.approver, move("sign", world.police_head, entry))
    assert entry.revisions.get().content["summary"].startswith("覆盖全市四区")


def test_a_draft_of_ones_own_waits_on_the_worklist_behind_what_came_back(world: World) -> None:
    scenes.a_draft(world, title="流动人口信息")
    returned = scenes.a_submitted_entry(world)
    move("send_back", world.police_head, returned, "摘要不完整")
    found = worklist(actor_of(world.police_cataloguer))
    assert [(item.title, item.action) for item in found] == [
        ("《居住证登记信息》", "修改后重新提交"),
        ("《流动人口信息》", "完善后提交签发"),
    ]


def test_a_recalled_entry_goes_back_until_it_is_signed(world: World) -> None:
    entry = scenes.a_submitted_entry(world)
    entry = move("recall", world.police_cataloguer, entry)
    assert entry.state == "draft"
    assert Duty.objects.get().cancelled_at is not None
    entry = move("sign", world.police_head, move("submit", world.police_cataloguer, entry))
    with pytest.raises(Conflict) as late:
        move("recall", world.police_cataloguer, entry)
    assert late.value.state_label == "待目录审核"


def test_a_retired_entry_is_gone_from_the_search_for_good(world: World, signed_in) -> None:
    entry = scenes.a_published_entry(world)
    client = signed_in(world.health_cataloguer)

    def found() -> bool:
        page = client.get(reverse("catalog:search"), {"q": "居住证"})
        return reverse("catalog:entry", args=[entry.pk]) in page.content.decode()

    assert found()
    with pytest.raises(ValidationError):
        move("retire", world.approver, entry)
    entry = move("retire", world.approver, entry, "法规修订，不再登记")
    assert not found()
    assert client.get(reverse("catalog:entry", args=[entry.pk])).status_code == 404
    for name, person in (
        ("retire", world.approver),
        ("publish", world.approver),
        ("submit", world.police_cataloguer),
    ):
        with pytest.raises(Conflict):
            move(name, person, entry, "再来一次")
    page = signed_in(world.police_head).get(reverse("catalog:entry", args=[entry.pk]))
    assert "法规修订，不再登记" in page.content.decode()


def test_nobody_signs_or_approves_their_own_submission_not_even_as_a_deputy(
    world: World, signed_in
) -> None:
    """The cataloguer stands in for the head; a colleague's entry may be signed, the own may not."""
    stands_in(world.police_cataloguer, world.police_head)
    own = scenes.a_submitted_entry(world)
    with pytest.raises(PermissionDenied, match="不能办理本人编制、提交或者签发的事项"):
        move("sign", world.police_cataloguer, own)
    client = signed_in(world.police_cataloguer)
    page = client.get(reverse("catalog:entry", args=[own.pk]))
    assert not [form for form in forms_of(page) if form.action.endswith("/sign/")]
    assert worklist(actor_of(world.police_cataloguer)) == []
    sign = reverse("catalog:move", args=[own.pk, "sign"])
    assert client.post(sign, {"version": own.version}).status_code == 403
    own.refresh_from_db()
    assert own.state == "signing"

    colleague = UserFactory(department=world.police, roles=["cataloguer"])
    theirs = entries.compile_entry(
        actor=actor_of(colleague),
        department=world.police,
        values=scenes.entry_values(title="户籍登记信息"),
        items=scenes.ITEMS[:1],
    )
    scenes.grade_all(theirs, world.police_security)
    theirs = move("submit", colleague, theirs)
    assert [item.title for item in worklist(actor_of(world.police_cataloguer))] == [
        "《户籍登记信息》"
    ]
    assert move("sign", world.police_cataloguer, theirs).state == "reviewing"


def test_the_bureaus_own_entry_needs_a_second_person_too(world: World) -> None:
    both = UserFactory(department=world.bureau, roles=["cataloguer", "bureau_approver"])
    head = UserFactory(department=world.bureau, roles=["sharing_head"])
    officer = UserFactory(department=world.bureau, roles=["security_officer"])
    entry = entries.compile_entry(
        actor=actor_of(both),
        department=world.bureau,
        values=scenes.entry_values(title="政务信息系统清单"),
        items=scenes.ITEMS[:1],
    )
    scenes.grade_all(entry, officer)
    entry = move("sign", head, move("submit", both, entry))
    with pytest.raises(PermissionDenied, match="不能办理本人编制、提交或者签发的事项"):
        move("publish", both, entry)
    assert move("publish", world.approver, entry).state == "published"


def test_who_wrote_an_entry_does_not_sign_it_though_a_colleague_submits_it(world: World) -> None:
    """The cataloguer stands in for the head (SC-13: whoever compiles does not answer for it)."""
    colleague = UserFactory(department=world.police, roles=["cataloguer"])
    stands_in(world.police_cataloguer, world.police_head)
    entry = scenes.a_draft(world)
    scenes.grade_all(entry, world.police_security)
    entry = move("submit", colleague, entry)
    with pytest.raises(PermissionDenied, match="不能办理本人编制、提交或者签发的事项"):
        move("sign", world.police_cataloguer, entry)
    assert worklist(actor_of(world.police_cataloguer)) == []


def test_who_signed_an_entry_does_not_publish_it(world: World) -> None:
    """The bureau's approver stands in for the head of the bureau's own catalog."""
    cataloguer = UserFactory(department=world.bureau, roles=["cataloguer"])
    head = UserFactory(department=world.bureau, roles=["sharing_head"])
    officer = UserFactory(department=world.bureau, roles=["security_officer"])
    stands_in(world.approver, head)
    entry = entries.compile_entry(
        actor=actor_of(cataloguer),
        department=world.bureau,
        values=scenes.entry_values(title="政务信息系统清单"),
        items=scenes.ITEMS[:1],
    )
    scenes.grade_all(entry, officer)
    entry = move("sign", world.approver, move("submit", cataloguer, entry))
    with pytest.raises(PermissionDenied, match="不能办理本人编制、提交或者签发的事项"):
        move("publish", world.approver, entry)


def test_an_entry_is_neither_signed_nor_published_with_an_ungraded_item(world: World) -> None:
    entry = scenes.a_draft(world)
    scenes.grade_all(entry, world.police_security)
    entry = move("submit", world.police_cataloguer, entry)
    grade = ItemGrade.objects.get(item__name="姓名")
    grade.delete()
    with pytest.raises(Refused, match="尚未由数据安全员确认分级：姓名。"):
        move("sign", world.police_head, entry)
    scenes.grade_all(entry, world.police_security)
    entry = move("sign", world.police_head, entry)
    # Grades stay while the bureau reads; should one be lost all the same, publication refuses.
    ItemGrade.objects.filter(item__name="姓名").update(confirmed_for="曾用名|C")
    with pytest.raises(Refused, match="尚未由数据安全员确认分级：姓名。"):
        move("publish", world.approver, entry)
    entry.refresh_from_db()
    assert (entry.state, entry.revisions.count()) == ("reviewing", 0)


BUTTONS: dict[str, dict[str, set[str]]] = {
    "draft": {"police_cataloguer": {"submit", "discard"}},
    "signing": {"police_cataloguer": {"recall"}, "police_head": {"sign", "send_back"}},
    "reviewing": {"approver": {"publish", "reject"}},
    "published": {"approver": {"retire"}, "police_cataloguer": {"revise", "revise_by_law"}},
}


def test_the_page_offers_each_person_their_own_moves(world: World, signed_in) -> None:
    entry = scenes.a_published_entry(world)
    people = ("police_cataloguer", "police_head", "police_security", "approver", "coordinator")
    clients = {key: signed_in(world.people[key]) for key in people}
    for state, expected in BUTTONS.items():
        CatalogEntry.objects.filter(pk=entry.pk).update(state=state)
        for key, client in clients.items():
            page = client.get(reverse("catalog:entry", args=[entry.pk]))
            if page.status_code == 404:
                assert state == "draft"
                continue
            actions = [form.action for form in forms_of(page) if "/moves/" in form.action]
            offered = {action.rstrip("/").rpartition("/")[2] for action in actions}
            assert offered == expected.get(key, set()), (state, key)


def test_a_move_on_the_page_says_what_came_of_it(world: World, signed_in) -> None:
    entry = scenes.a_submitted_entry(world)
    client = signed_in(world.police_head)

    def post(name: str, **data: Any) -> Any:
        return client.post(reverse("catalog:move", args=[entry.pk, name]), data)

    page = post("send_back", version=entry.version, reason="")
    assert "请填写后再办理" in client.get(page.url).content.decode()
    stale = post("sign", version=entry.version - 1)
    assert stale.status_code == 409
    assert "待本单位签发" in stale.content.decode()
    assert post("no_such_move").status_code == 404
    page = post("sign", version=entry.version)
    assert "已办理：签发并报审。" in client.get(page.url).content.decode()
