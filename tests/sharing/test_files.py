"""Granted data as a file: masked as granted, counted, recorded, refused like at the gateway."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from citybrain.audit.models import AuditRecord
from sharing.choices import Method, Outcome
from sharing.models import Authorization, HostedRow, InterfaceService, ServiceCall
from tests import scenes
from tests.personas import World
from tests.sharing.using import SignedIn, a_file_authorization, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def granted(world: World) -> Authorization:
    return a_file_authorization(world)


def fetch(client: Client, authorization: Authorization):  # type: ignore[no-untyped-def]
    return client.post(reverse("sharing:file", args=[authorization.pk]))


def test_the_file_has_the_granted_items_masked(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    HostedRow.objects.filter(number=3).update(
        values={
            "登记编号": "=1+1",
            "姓名": "王椰林",
            "登记日期": "-12.5",
            "联系电话": "19900001003",
        }
    )
    client = signed_in(world.health_cataloguer)
    assert "下载 CSV" in text_of(client.get(f"/sharing/authorizations/{granted.pk}/"))
    answer = fetch(client, granted)
    rows = list(csv.reader(io.StringIO(text_of(answer).removeprefix("\ufeff"))))
    assert {row[-1] for row in rows[1:]} == {f"{granted.number} 市卫健委 {timezone.localdate()}"}
    assert [row[:-1] for row in rows] == [
        ["登记编号", "姓名", "登记日期"],
        ["DJ0001", "陈**", "2025-03-01"],
        ["DJ0002", "符**", "2025-03-02"],
        ["'=1+1", "王**", "-12.5"],
    ]
    assert "no-store" in answer["Cache-Control"]
    call = ServiceCall.objects.get()
    assert (call.way, call.outcome, call.rows) == (Method.FILE, Outcome.SERVED, 3)
    assert (call.consumer, call.provider) == (world.health, world.police)
    noted = AuditRecord.objects.get(verb="sharing.file.downloaded")
    assert noted.data["rows"] == 3
    assert "陈琼生" not in str(noted.data)


def test_a_fetch_takes_one_of_the_days_quota(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    client = signed_in(world.health_head)
    assert [fetch(client, granted).status_code for _time in range(3)] == [200, 200, 409]
    outcomes = list(ServiceCall.objects.order_by("pk").values_list("outcome", flat=True))
    assert outcomes == [Outcome.SERVED, Outcome.SERVED, Outcome.OVER_QUOTA]


def test_a_grant_that_cannot_be_used_gives_nothing_and_that_is_on_record(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    Authorization.objects.update(state="suspended")
    answer = fetch(signed_in(world.health_head), granted)
    assert answer.status_code == 409
    assert "授权已暂停" in text_of(answer)
    assert ServiceCall.objects.get().outcome == Outcome.SUSPENDED
    assert not AuditRecord.objects.filter(verb="sharing.file.downloaded").exists()
    # Rows that are with the department by now are not those that were uploaded before.
    Authorization.objects.update(state="active")
    InterfaceService.objects.update(kind="upstream")
    assert fetch(signed_in(world.health_head), granted).status_code == 409
    assert ServiceCall.objects.order_by("-id")[0].outcome == Outcome.NO_DATA


def test_only_the_consumer_fetches(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    for person, status in (
        (world.police_head, 403),
        (world.health_security, 403),
        (world.coordinator, 403),
        (world.water_head, 404),
    ):
        answer = fetch(signed_in(person), granted)
        assert answer.status_code == status
        assert "DJ0001" not in text_of(answer)
    assert not ServiceCall.objects.exists()


def test_an_interface_is_not_fetched_as_a_file(world: World, signed_in: SignedIn) -> None:
    granted = scenes.an_authorization(world, scenes.a_hosted_entry(world))
    answer = signed_in(world.health_head).post(
        reverse("sharing:file", args=[granted.pk]), follow=True
    )
    assert "请用授权码调用" in text_of(answer)
    assert not ServiceCall.objects.exists()
