"""Deputies (AB角): who can be named, for when, what they may do, and never on their own matters."""

import threading
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from catalog.choices import EntryState
from catalog.services import entries
from citybrain.audit.models import AuditRecord
from citybrain.notices.models import Notice
from citybrain.notices.services import cancel_deputy, name_deputy
from citybrain.organizations.models import Deputyship, User
from citybrain.refusals import Conflict
from tests import scenes
from tests.factories.organizations import UserFactory
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
PAGE = "/notices/deputies/"


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel("2026-03-02T09:00:00+08:00"):
        yield


def name(
    principal: User, deputy: User, start: int = 0, end: int = 5, reason: str = "外出学习"
) -> Deputyship:
    today = timezone.localdate()
    return name_deputy(
        actor=actor_of(principal),
        deputy=deputy,
        starts_on=today + timedelta(days=start),
        ends_on=today + timedelta(days=end),
        reason=reason,
    )


def test_naming_is_recorded_and_the_deputy_is_told(world: World) -> None:
    deputyship = name(world.police_head, world.police_security)
    record = AuditRecord.objects.get(verb="organizations.deputy_named")
    assert record.actor == world.police_head
    assert record.subject_id == deputyship.pk
    assert record.data["ends_on"] == "2026-03-07"
    notice = Notice.objects.get()
    assert notice.recipient == world.police_security
    assert notice.title == "龚警享指定您在2026-03-02至2026-03-07代理其工作"


@pytest.mark.parametrize(
    ("deputy", "field"),
    [("police_head", "deputy"), ("water_head", "deputy"), ("coordinator", "deputy")],
)
def test_the_deputy_is_another_person_of_the_same_department(
    world: World, deputy: str, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        name(world.police_head, world.people[deputy])
    assert field in refused.value.message_dict
    assert not Deputyship.objects.exists()
    assert not AuditRecord.objects.filter(verb="organizations.deputy_named").exists()
    assert not Notice.objects.exists()


def test_somebody_who_left_cannot_be_named(world: World) -> None:
    gone = UserFactory(department=world.police, is_active=False)
    with pytest.raises(ValidationError, match="在岗"):
        name(world.police_head, gone)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"start": 3, "end": 2}, "ends_on"),
        ({"start": -5, "end": -1}, "ends_on"),
        ({"reason": "  "}, "reason"),
        ({"reason": "长" * 201}, "reason"),
    ],
)
def test_wrong_input_names_its_field(world: World, values: dict, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        name(world.police_head, world.police_security, **values)
    assert list(refused.value.message_dict) == [field]


@pytest.mark.parametrize(
    ("start", "end", "free"),
    [(0, 5, False), (5, 9, False), (-3, 0, False), (2, 3, False), (-3, 20, False), (6, 9, True)],
)
def test_periods_of_one_person_do_not_overlap(
    world: World, start: int, end: int, free: bool
) -> None:
    name(world.police_head, world.police_security)
    if free:
        name(world.police_head, world.police_cataloguer, start, end)
        return
    with pytest.raises(ValidationError, match="已指定安警守代理，两段时间不能重叠"):
        name(world.police_head, world.police_cataloguer, start, end)


def test_a_cancelled_period_is_free_again_and_others_periods_do_not_count(world: World) -> None:
    deputyship = name(world.police_head, world.police_security)
    name(world.police_cataloguer, world.police_security)
    cancel_deputy(actor=actor_of(world.police_head), deputyship_id=deputyship.pk)
    name(world.police_head, world.police_cataloguer)


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_forms_at_once_do_not_both_find_the_period_free(world: World) -> None:
    start = threading.Barrier(2)
    refused: list[ValidationError] = []
    actor = actor_of(world.police_head)

    def work(deputy: User) -> None:
        start.wait()
        try:
            name_deputy(
                actor=actor,
                deputy=deputy,
                starts_on=date(2026, 3, 2),
                ends_on=date(2026, 3, 6),
                reason="外出学习",
            )
        except ValidationError as error:
            refused.append(error)
        finally:
            connection.close()

    workers = [
        threading.Thread(target=work, args=[deputy])
        for deputy in (world.police_security, world.police_cataloguer)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Deputyship.objects.count() == 1
    assert len(refused) == 1


def test_cancelling_ends_it_is_recorded_and_told(world: World) -> None:
    deputyship = name(world.police_head, world.police_security)
    assert actor_of(world.police_security).principal_ids == (world.police_head.pk,)
    cancel_deputy(actor=actor_of(world.police_head), deputyship_id=deputyship.pk)
    assert actor_of(world.police_security).principal_ids == ()
    assert AuditRecord.objects.filter(verb="organizations.deputy_cancelled").count() == 1
    assert "已取消" in Notice.objects.latest("id").title
    with pytest.raises(Conflict):
        cancel_deputy(actor=actor_of(world.police_head), deputyship_id=deputyship.pk)
    assert AuditRecord.objects.filter(verb="organizations.deputy_cancelled").count() == 1


def test_only_the_principal_cancels(world: World) -> None:
    deputyship = name(world.police_head, world.police_security)
    with pytest.raises(PermissionDenied):
        cancel_deputy(actor=actor_of(world.police_security), deputyship_id=deputyship.pk)
    for stranger in (world.police_cataloguer, world.admin, world.auditor):
        with pytest.raises(Http404):
            cancel_deputy(actor=actor_of(stranger), deputyship_id=deputyship.pk)
    deputyship.refresh_from_db()
    assert deputyship.cancelled_at is None


def test_what_is_over_cannot_be_cancelled(world: World) -> None:
    deputyship = name(world.police_head, world.police_security)
    with time_machine.travel("2026-03-09T09:00:00+08:00"), pytest.raises(Conflict):
        cancel_deputy(actor=actor_of(world.police_head), deputyship_id=deputyship.pk)


def test_a_deputy_acts_for_the_one_who_is_away(world: World) -> None:
    entry = scenes.a_submitted_entry(world)
    actor = actor_of(world.police_security)
    with pytest.raises(PermissionDenied):
        entries.move("sign", actor=actor, entry=entry)
    name(world.police_head, world.police_security)
    signed = entries.move("sign", actor=actor_of(world.police_security), entry=entry)
    assert signed.state == EntryState.REVIEWING


def test_a_deputy_never_decides_on_what_they_submitted(world: World) -> None:
    entry = scenes.a_submitted_entry(world)
    name(world.police_head, world.police_cataloguer)
    with pytest.raises(PermissionDenied, match="不能办理本人编制、提交或者签发的事项"):
        entries.move("sign", actor=actor_of(world.police_cataloguer), entry=entry)
    entry.refresh_from_db()
    assert entry.state == EntryState.SIGNING


def test_the_page_names_and_cancels(world: World, signed_in) -> None:
    client = signed_in(world.police_head)
    page = client.get(PAGE).content.decode()
    assert world.police_security.name in page
    assert world.water_head.name not in page
    data = {
        "deputy": world.police_security.pk,
        "starts_on": "2026-03-02",
        "ends_on": "2026-03-06",
        "reason": "外出学习",
    }
    assert client.post(PAGE, data).status_code == 302
    deputyship = Deputyship.objects.get()
    assert "代理中" in client.get(PAGE).content.decode()
    again = client.post(PAGE, data)
    assert again.status_code == 422
    assert "两段时间不能重叠" in again.content.decode()
    address = reverse("notices:cancel_deputy", args=[deputyship.pk])
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 302
    assert "已取消" in client.get(PAGE).content.decode()
    assert client.post(address).status_code == 409


def test_the_page_refuses_people_of_other_departments(world: World, signed_in) -> None:
    data = {
        "deputy": world.water_head.pk,
        "starts_on": "2026-03-02",
        "ends_on": "2026-03-06",
        "reason": "外出学习",
    }
    response = signed_in(world.police_head).post(PAGE, data)
    assert response.status_code == 422
    assert not Deputyship.objects.exists()


def test_only_the_two_people_see_it(world: World, signed_in) -> None:
    deputyship = name(world.police_head, world.police_security, reason="术后休养")
    assert "术后休养" in signed_in(world.police_security).get(PAGE).content.decode()
    assert "术后休养" not in signed_in(world.police_cataloguer).get(PAGE).content.decode()
    address = reverse("notices:cancel_deputy", args=[deputyship.pk])
    assert signed_in(world.police_security).post(address).status_code == 403
    assert signed_in(world.police_cataloguer).post(address).status_code == 404
