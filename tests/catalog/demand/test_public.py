"""What the public can do: send, read and support, and what keeps programs from it."""

from collections.abc import Iterator
from datetime import timedelta
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html
from redis.exceptions import ConnectionError as RedisAway

from catalog.demand import limits
from catalog.demand.choices import DemandState
from catalog.models import Demand, DemandSupport
from catalog.opendata.addresses import slug_of
from tests import scenes
from tests.catalog.demand import demands
from tests.catalog.opendata.opened import an_open_entry
from tests.personas import World

pytestmark = pytest.mark.django_db
FORM = reverse("opendata:demand_new")
WORDS = {"title": demands.TITLE, "text": demands.TEXT, "contact": ""}


@pytest.fixture
def patient() -> Iterator[None]:
    """Forms are filled in at human speed without waiting for it."""
    with mock.patch.object(limits, "LEAST_SECONDS", -1):
        yield


def send(client: Client, url: str = FORM, **changes: str):
    return client.post(url, {**WORDS, "mark": limits.opened(), **changes})


def test_anybody_asks_for_data_without_an_account(world: World, patient: None) -> None:
    client = Client(enforce_csrf_checks=True)
    page = html.document_fromstring(client.get(FORM).content.decode())
    fields = {one.get("name"): one.get("value") or "" for one in page.xpath("//main//form//input")}
    answer = client.post(FORM, {**fields, **WORDS})
    assert answer.status_code == 302
    demand = Demand.objects.get()
    assert demand.number in client.get(answer["Location"]).content.decode()
    assert (demand.kind, demand.state, demand.entry) == ("request", DemandState.RECEIVED, None)
    assert demand.title not in client.get(reverse("opendata:demands")).content.decode()


def test_an_error_is_reported_on_an_open_dataset_only(world: World, patient: None) -> None:
    entry = an_open_entry(world)
    send(Client(), f"{FORM}?dataset={slug_of(entry)}")
    assert (Demand.objects.get().kind, Demand.objects.get().entry) == ("error", entry)
    closed = scenes.a_published_entry(world)
    assert Client().get(f"{FORM}?dataset={slug_of(closed)}").status_code == 404
    assert send(Client(), f"{FORM}?dataset={slug_of(closed)}").status_code == 404


def test_what_is_missing_or_too_long_is_said_and_nothing_typed_is_lost(
    world: World, patient: None
) -> None:
    answer = send(Client(), title="", text="好" * 2_001)
    assert answer.status_code == 422
    assert "好" * 2_001 in answer.content.decode()
    assert not Demand.objects.exists()


def test_programs_are_told_apart_by_haste_old_forms_forgery_and_the_trap(world: World) -> None:
    assert send(Client()).status_code == 422  # at once
    for mark in ("", "form:1:forged"):
        assert send(Client(), mark=mark).status_code == 422
    with mock.patch.object(limits, "LEAST_SECONDS", -1):
        with mock.patch.object(limits, "MOST_SECONDS", -1):
            assert send(Client()).status_code == 422  # too old
        assert send(Client(), website="http://spam.example").status_code == 302
    assert not Demand.objects.exists()


def test_whoever_was_too_quick_sends_the_same_page_again(world: World) -> None:
    client = Client()
    answer = send(client)
    page = html.document_fromstring(answer.content.decode())
    mark = page.xpath('//input[@name="mark"]/@value')[0]
    with mock.patch.object(limits, "LEAST_SECONDS", -1):
        assert send(client, mark=mark).status_code == 302


def test_an_address_sends_five_an_hour_also_without_redis(world: World, patient: None) -> None:
    statuses = [send(Client(), title=f"第{n}条").status_code for n in range(limits.PER_HOUR + 1)]
    assert statuses == [302] * limits.PER_HOUR + [429]
    assert send(Client(REMOTE_ADDR="192.0.2.7")).status_code == 302
    # What was written is not lost with it.
    refused = send(Client(), title="第七条")
    assert 'value="第七条"' in refused.content.decode()
    assert refused["Retry-After"] == "3600"
    same_network = [Client(REMOTE_ADDR=f"2001:db8::{n:x}") for n in range(1, limits.PER_HOUR + 2)]
    assert [send(client).status_code for client in same_network][-1] == 429
    with mock.patch.object(cache, "add", side_effect=RedisAway):
        assert send(Client(REMOTE_ADDR="192.0.2.8")).status_code == 429
        Demand.objects.update(received_at=demands_before_the_hour())
        assert send(Client(REMOTE_ADDR="192.0.2.8")).status_code == 302


def demands_before_the_hour():
    return Demand.objects.latest("received_at").received_at - timedelta(hours=2)


def test_one_supports_once_by_browser_and_by_address(world: World) -> None:
    demand = demands.an_assigned(world)
    url = reverse("opendata:demand_support", args=[demand.number])
    here, there = Client(), Client(REMOTE_ADDR="192.0.2.9")
    assert here.post(url)["Location"] == reverse("opendata:demand", args=[demand.number])
    here.post(url)
    Client().post(url)  # another browser at the same address
    there.cookies = here.cookies
    there.post(url)  # the same browser elsewhere
    demand.refresh_from_db()
    assert demand.supports == DemandSupport.objects.count() == 1
    Client(REMOTE_ADDR="192.0.2.10").post(url)
    demand.refresh_from_db()
    assert demand.supports == 2
    kept = str(list(DemandSupport.objects.values()))
    assert "192.0.2" not in kept
    assert "127.0.0.1" not in kept


def test_what_is_not_accepted_is_neither_read_nor_supported(world: World) -> None:
    demand = demands.a_received(world)
    for client in (Client(),):
        page = reverse("opendata:demand", args=[demand.number])
        assert client.get(page).status_code == 404
        support = reverse("opendata:demand_support", args=[demand.number])
        assert client.post(support).status_code == 404
        assert client.get(support).status_code == 405
    assert demand.title not in Client().get(reverse("opendata:demands")).content.decode()


def test_markup_of_the_public_stays_text(world: World, signed_in) -> None:
    markup = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>"
    demand = demands.a_published(world, title=markup[:60], text=markup)
    Demand.objects.filter(pk=demand.pk).update(contact=markup, answer=markup)
    pages = [
        Client().get(reverse("opendata:demands")),
        Client().get(reverse("opendata:demand", args=[demand.number])),
        signed_in(world.approver).get(reverse("catalog:demand", args=[demand.pk])),
        signed_in(world.approver).get(reverse("catalog:demands") + "?side=published"),
        signed_in(world.approver).get(reverse("catalog:demand_adjustment")),
        signed_in(world.approver).get(reverse("notices:inbox")),
    ]
    for page in pages:
        text = page.content.decode()
        assert "<img src=x" not in text
        assert "<script>alert" not in text
    received = reverse("opendata:demand_received", args=["XQ-img-onerror"])
    assert Client().get(received).status_code == 200


def test_a_closed_dataset_is_not_named_by_its_demands(world: World) -> None:
    entry = an_open_entry(world, title="后来关闭的目录")
    demand = demands.a_published(world, entry=entry)
    Demand.objects.filter(pk=demand.pk).update(result_entry=entry)
    page = reverse("opendata:demand", args=[demand.number])
    assert "后来关闭的目录" in Client().get(page).content.decode()
    type(entry).objects.filter(pk=entry.pk).update(state="retired")
    assert "后来关闭的目录" not in Client().get(page).content.decode()


def test_lists_cost_the_same_with_2_and_with_200_demands(world: World, signed_in) -> None:
    approver = signed_in(world.approver)
    lists = {
        reverse("opendata:demands"): Client(),
        reverse("opendata:demands") + "?kind=request&outcome=adopted&q=第": Client(),
        reverse("catalog:demands") + "?side=published": approver,
        reverse("catalog:demand_adjustment"): approver,
    }
    counts: dict[str, list[int]] = {url: [] for url in lists}
    made = 0
    for size in (2, 200):
        Demand.objects.bulk_create(
            Demand(
                number=f"XQ{number}",
                kind="request",
                title=f"第{number}条",
                text="需要",
                department=world.police,
                state=DemandState.PUBLISHED,
                outcome="adopted",
                answer="好",
            )
            for number in range(made, size)
        )
        made = size
        for url, client in lists.items():
            client.get(url)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            counts[url].append(len(captured))
    assert all(few == lots for few, lots in counts.values()), counts
