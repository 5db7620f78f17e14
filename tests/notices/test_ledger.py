"""Who was told: kept for ever, and shown to those who may see what it is about."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from citybrain.notices.models import Delivery, Notice
from citybrain.notices.services import deliver_digests
from tests import scenes
from tests.personas import World

pytestmark = pytest.mark.django_db


def ledger_of(entry) -> str:
    return reverse("notices:ledger", args=["catalog.CatalogEntry", entry.pk])


@pytest.mark.parametrize("model", [Notice, Delivery])
def test_the_database_refuses_to_remove_rows(world: World, told, model) -> None:
    told(world.police_head)
    with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
        model.objects.all()._raw_delete("default")


def test_one_row_per_notice_and_way(world: World, told) -> None:
    told(world.police_head)
    row = Delivery.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(notice=row.notice, way=row.way, state="sent")


def test_it_shows_who_was_told_what_and_how_it_went(world: World, signed_in) -> None:
    entry = scenes.a_submitted_entry(world)
    deliver_digests()
    page = signed_in(world.police_cataloguer).get(ledger_of(entry)).content.decode()
    assert world.police_head.name in page
    assert "提交签发" in page
    assert "站内消息" in page
    assert "每日邮件汇总" in page
    assert "已送达" in page


@pytest.mark.parametrize(
    ("reader", "status"),
    [
        ("police_cataloguer", 200),
        ("police_head", 200),
        ("coordinator", 200),
        ("auditor", 200),
        ("health_cataloguer", 404),
        ("water_head", 404),
        ("cyberspace_officer", 404),
    ],
)
def test_it_is_for_those_who_may_see_the_entry(
    world: World, signed_in, reader: str, status: int
) -> None:
    entry = scenes.a_submitted_entry(world)
    assert signed_in(world.people[reader]).get(ledger_of(entry)).status_code == status


def test_a_kind_without_a_policy_is_for_those_who_supervise(world: World, signed_in, told) -> None:
    told(world.police_head)
    address = reverse("notices:ledger", args=["organizations.Department", world.police.pk])
    assert signed_in(world.coordinator).get(address).status_code == 200
    assert signed_in(world.police_head).get(address).status_code == 404


@pytest.mark.parametrize("kind", ["auth.Group", "nothing", "catalog.catalogentry", "a.b.c"])
def test_an_unknown_kind_is_not_found(world: World, signed_in, kind: str) -> None:
    address = reverse("notices:ledger", args=[kind, 1])
    for reader in (world.coordinator, world.police_head):
        assert signed_in(reader).get(address).status_code == 404


def test_an_object_that_does_not_exist_is_not_found(world: World, signed_in) -> None:
    address = reverse("notices:ledger", args=["catalog.CatalogEntry", 999_999])
    assert signed_in(world.coordinator).get(address).status_code == 404


def test_the_page_costs_the_same_for_many(world: World, signed_in, told) -> None:
    client = signed_in(world.coordinator)
    address = reverse("notices:ledger", args=["organizations.Department", world.police.pk])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    told(world.police_head)
    client.get(address)
    at_1 = queries()
    for _ in range(10):
        told(*world.people.values())
    assert queries() == at_1
    assert at_1 <= 17


def test_departments_read_their_own_lines_and_supervisors_all(world: World, signed_in) -> None:
    """What the applicant's people were told inside is not for the provider."""
    entry = scenes.a_published_entry(world)
    application = scenes.a_delivered_application(world, entry)
    address = reverse("notices:ledger", args=["sharing.ShareApplication", application.pk])

    def told(person: str) -> set[str]:
        page = signed_in(world.people[person]).get(address).context["page"]
        return {delivery.notice.recipient.department.code for delivery in page}

    assert told("police_head") == {"police"}
    assert told("health_cataloguer") == {"health"}
    assert told("coordinator") == {"police", "health"}
