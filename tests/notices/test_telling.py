"""Whom a notice reaches, with what, and that it lives and dies with the change it tells of."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from catalog.services import entries
from citybrain import registry
from citybrain.notices.choices import DeliveryState, MailChoice, UrgentKind, Way
from citybrain.notices.models import Delivery, Notice, NoticePreference
from citybrain.notices.queries import inbox, unread_count
from citybrain.notices.services import mark_all_read, people_to_tell, set_preference, tell
from citybrain.organizations.models import Deputyship
from citybrain.organizations.rights import role_group
from citybrain.refusals import Refused
from tests import scenes
from tests.factories.organizations import UserFactory
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def recipients() -> set[str]:
    return set(Notice.objects.values_list("recipient__username", flat=True))


def test_people_of_a_department_are_told_by_what_they_may_do_there(world: World) -> None:
    assert people_to_tell("sign_entries", world.police) == [world.police_head]
    assert people_to_tell("compile_entries", world.police) == [world.police_cataloguer]


def test_city_wide_rights_count_in_the_department_of_the_person_alone(world: World) -> None:
    assert people_to_tell("approve_entries", world.bureau) == [world.approver]
    assert people_to_tell("approve_entries", world.police) == []


def test_a_right_for_another_department_does_not_bring_its_notices_abroad(world: World) -> None:
    world.water_cataloguer.groups.add(role_group(world.police, "sharing_head").group)
    assert people_to_tell("sign_entries", world.police) == [world.police_head]


def test_people_who_left_are_not_told(world: World, told) -> None:
    world.police_head.is_active = False
    world.police_head.save()
    assert people_to_tell("sign_entries", world.police) == []
    told(world.police_head)
    assert recipients() == set()


def test_an_unknown_permission_raises(world: World) -> None:
    with pytest.raises(registry.UnknownName):
        people_to_tell("sign_everything", world.police)


def test_an_unregistered_kind_of_subject_raises(world: World) -> None:
    with pytest.raises(registry.UnknownName):
        tell(people=[world.police_head], kind="x", title="x", body="", subject=NoticePreference())


def test_a_notice_and_its_ledger_commit_with_the_change(world: World, told) -> None:
    with transaction.atomic():
        told(world.police_head)
    notice = Notice.objects.get()
    rows = {row.way: row for row in notice.deliveries.all()}
    assert set(rows) == {Way.INBOX, Way.DIGEST}
    assert rows[Way.INBOX].state == DeliveryState.SENT
    assert rows[Way.INBOX].next_attempt_at is None
    assert rows[Way.DIGEST].state == DeliveryState.PENDING
    assert rows[Way.DIGEST].next_attempt_at is not None


def test_a_notice_and_its_ledger_roll_back_with_the_change(world: World, told) -> None:
    with transaction.atomic():
        told(world.police_head)
        assert Notice.objects.exists()
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()


def test_a_move_tells_the_next_person_and_not_whoever_made_it(world: World) -> None:
    scenes.a_submitted_entry(world)
    assert recipients() == {"police_head"}
    notice = Notice.objects.get()
    assert notice.kind == "catalog.entry.submit"
    assert "居住证登记信息" in notice.title
    assert notice.subject_type == "catalog.CatalogEntry"


def test_a_refused_move_tells_nobody(world: World) -> None:
    entry = scenes.a_draft(world, items=[])
    with pytest.raises(Refused):
        entries.move("submit", actor=actor_of(world.police_cataloguer), entry=entry)
    assert recipients() == set()


def test_nobody_outside_the_departments_concerned_hears_of_an_entry(world: World) -> None:
    scenes.a_signed_entry(world, title="涉水执法台账")
    others = Notice.objects.exclude(recipient__department__in=[world.police, world.bureau])
    assert not others.exists()
    assert not Notice.objects.filter(recipient__department=world.water).exists()
    for person in world.people.values():
        for notice in inbox(actor_of(person)):
            assert person.department in (world.police, world.bureau), notice.title


def test_a_deputy_gets_a_marked_copy(world: World, told, stands_in) -> None:
    stands_in(world.police_head, world.police_security)
    told(world.police_head)
    assert recipients() == {"police_head", "police_security"}
    copy = Notice.objects.get(recipient=world.police_security)
    assert copy.on_behalf_of == world.police_head
    assert Notice.objects.get(recipient=world.police_head).on_behalf_of is None


def test_a_deputy_gets_no_copy_of_what_they_submitted(world: World, stands_in) -> None:
    stands_in(world.police_head, world.police_cataloguer)
    entry = scenes.a_submitted_entry(world)
    assert entry.submitted_by == world.police_cataloguer
    assert recipients() == {"police_head"}


def test_nobody_is_told_what_they_did_not_even_as_a_deputy(world: World, stands_in) -> None:
    stands_in(world.police_cataloguer, world.police_head)
    tell(
        people=[world.police_cataloguer, world.police_head],
        kind="catalog.entry.send_back",
        title="退回修改",
        body="",
        subject=world.police,
        actor=actor_of(world.police_head),
    )
    assert recipients() == {"police_cataloguer"}


def test_a_deputy_who_is_told_anyway_gets_one_notice(world: World, told, stands_in) -> None:
    stands_in(world.police_head, world.police_security)
    told(world.police_head, world.police_security)
    assert Notice.objects.filter(recipient=world.police_security).count() == 1
    assert Notice.objects.get(recipient=world.police_security).on_behalf_of is None


@pytest.mark.parametrize("case", ["over", "later", "cancelled", "left", "moved"])
def test_only_a_current_deputy_of_the_department_gets_a_copy(
    world: World, told, stands_in, case: str
) -> None:
    deputyship: Deputyship = stands_in(world.police_head, world.police_security)
    today = timezone.localdate()
    if case == "over":
        deputyship.starts_on, deputyship.ends_on = today - timedelta(9), today - timedelta(1)
    elif case == "later":
        deputyship.starts_on = today + timedelta(1)
    elif case == "cancelled":
        deputyship.cancelled_at = timezone.now()
    elif case == "left":
        deputyship.deputy.is_active = False
    else:
        deputyship.deputy.department = world.water
    deputyship.deputy.save()
    deputyship.save()
    told(world.police_head)
    assert recipients() == {"police_head"}


@pytest.mark.parametrize(
    ("choice", "kind", "way"),
    [
        ((MailChoice.DIGEST, []), "catalog.entry.submit", Way.DIGEST),
        ((MailChoice.DIGEST, [UrgentKind.BREACHED]), "duties.breached", Way.EMAIL),
        ((MailChoice.DIGEST, []), "duties.breached", Way.DIGEST),
        ((MailChoice.IMMEDIATE, []), "catalog.entry.submit", Way.EMAIL),
        ((MailChoice.NONE, []), "catalog.entry.submit", None),
        ((MailChoice.NONE, [UrgentKind.BREACHED]), "duties.breached", Way.EMAIL),
        ((MailChoice.NONE, [UrgentKind.BREACHED]), "catalog.entry.submit", None),
    ],
)
def test_the_way_follows_the_persons_choice(world: World, told, choice, kind, way) -> None:
    mail, urgent = choice
    set_preference(actor=actor_of(world.police_head), mail=mail, urgent=urgent)
    told(world.police_head, kind=kind)
    ways = set(Delivery.objects.values_list("way", flat=True))
    assert ways == {Way.INBOX} | ({way} if way else set())


def test_without_an_address_there_is_no_mail_row(world: World, told) -> None:
    world.police_head.email = ""
    world.police_head.save()
    told(world.police_head)
    assert set(Delivery.objects.values_list("way", flat=True)) == {Way.INBOX}


def test_a_title_is_one_line_and_fits(world: World, told) -> None:
    told(world.police_head, title="第一行\r\nBcc: all@example.com\u202e\x00" + "长" * 300)
    title = Notice.objects.get().title
    assert title.startswith("第一行 Bcc: all@example.com 长")
    assert len(title) == 200
    assert title.endswith("…")


def test_telling_many_costs_the_same_queries(
    world: World, told, stands_in, django_assert_num_queries
) -> None:
    stands_in(world.police_head, world.police_security)
    crowd = [UserFactory(department=world.police) for _ in range(40)]
    # savepoint, deputies, who they are, preferences, notices, ledger, release
    with django_assert_num_queries(7):
        told(world.police_head)
    with django_assert_num_queries(7):
        told(world.police_head, *crowd)


def test_unread_counts(world: World, told) -> None:
    for _ in range(3):
        told(world.police_head, world.police_security)
    assert unread_count(actor_of(world.police_head)) == 3
    assert mark_all_read(actor=actor_of(world.police_head)) == 3
    assert unread_count(actor_of(world.police_head)) == 0
    assert unread_count(actor_of(world.police_security)) == 3
