"""The pages of the trail: who reads it, what it can be narrowed by, what leaves the house."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from citybrain.audit import sealing
from citybrain.audit.models import AuditRecord
from citybrain.audit.services import build, digest_of_record, record
from citybrain.organizations.actors import Actor, system_actor
from citybrain.organizations.models import User
from tests.personas import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
ActorOf = Callable[[User], Actor]
LIST = "/audit/"


@pytest.fixture
def auditor(world: World, signed_in: SignedIn) -> Client:
    return signed_in(world.auditor)


@pytest.fixture
def entries(world: World, actor_of: ActorOf) -> list[AuditRecord]:
    return [
        record(
            "organizations.person_changed",
            actor=actor_of(world.admin),
            subject=world.police_head,
            department=world.police,
            data={"post": {"before": "科员", "after": "处长"}, "reason": "任命"},
        ),
        record("access.exported", actor=actor_of(world.health_head), subject_text="=1+1"),
        record("access.exported", actor=system_actor(), subject_text="年度报告"),
    ]


def shown(client: Client, **filters: object) -> list[int]:
    # Signing in is on record as well; what the tests wrote has the other verbs.
    page = client.get(LIST, filters).context["page"]
    return [one.pk for one in page if not one.verb.startswith("account.")]


@pytest.mark.parametrize("name", ["record_list", "record_export", "chain_head"])
def test_the_trail_is_the_auditors(world: World, signed_in: SignedIn, name: str) -> None:
    url = reverse(f"audit:{name}")

    def ask(client: Client) -> int:
        return (client.get if name == "record_list" else client.post)(url).status_code

    assert ask(signed_in(world.auditor)) == 200
    for person in (world.admin, world.approver, world.police_head, world.city_reader):
        assert ask(signed_in(person)) == 403
    assert ask(Client()) == 302


def test_one_record_is_the_auditors_too(
    world: World, signed_in: SignedIn, entries: list[AuditRecord]
) -> None:
    url = reverse("audit:record", args=[entries[0].pk])
    assert signed_in(world.police_head).get(url).status_code == 403
    page = signed_in(world.auditor).get(url).content.decode()
    assert "科员" in page
    assert "处长" in page
    assert "任命" in page
    assert "内容与摘要相符" in page
    assert "尚未封印" in page
    assert reverse("administration:person", args=[world.police_head.pk]) in page


def test_a_record_shows_its_seal(world: World, auditor: Client, entries: list[AuditRecord]) -> None:
    sealing.seal_all()
    page = auditor.get(reverse("audit:record", args=[entries[0].pk])).content.decode()
    assert "已由第 1 号封印覆盖" in page


def test_an_unknown_record_is_not_found(auditor: Client) -> None:
    assert auditor.get(reverse("audit:record", args=[987654321])).status_code == 404


def test_the_list_is_narrowed(world: World, auditor: Client, entries: list[AuditRecord]) -> None:
    changed, exported, by_system = (entry.pk for entry in entries)
    assert shown(auditor) == [by_system, exported, changed]
    assert shown(auditor, verb="access.exported") == [by_system, exported]
    assert shown(auditor, department=world.police.pk) == [changed]
    assert shown(auditor, person="龚卫享") == [exported]
    assert shown(auditor, person="HEALTH_HEAD") == [exported]
    assert shown(auditor, person="系统自动办理") == [by_system]
    assert shown(auditor, q="年度") == [by_system]
    assert shown(auditor, subject=f"organizations.User:{world.police_head.pk}") == [changed]
    assert shown(auditor, end=timezone.localdate() - timedelta(days=1)) == []


def test_old_records_are_shown_when_they_are_asked_for(world: World, auditor: Client) -> None:
    old = build("access.exported", actor=system_actor())
    old.at = timezone.now() - timedelta(days=90)
    old.digest = digest_of_record(old)
    old.save(force_insert=True)
    assert shown(auditor) == []
    assert shown(auditor, start="") == [old.pk]


def test_nonsense_in_the_address_is_no_error(auditor: Client) -> None:
    assert (
        auditor.get(LIST + "?start=x&verb=nope&department=x&subject=a:b&page=z").status_code == 200
    )
    for days in ({"end": "9999-12-31"}, {"start": "0001-01-01"}):
        assert auditor.get(LIST, days).status_code == 200


def test_the_export_is_on_record_and_runs_nothing(
    world: World, auditor: Client, entries: list[AuditRecord]
) -> None:
    answer = auditor.post(reverse("audit:record_export") + "?verb=access.exported")
    assert answer["Content-Type"].startswith("text/csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    heading, *rows = csv.reader(io.StringIO(text))
    assert heading[2] == "事项"
    assert [row[6] for row in rows if row[6] != "审计记录"] == ["年度报告", "'=1+1"]
    entry = AuditRecord.objects.filter(subject_text="审计记录").get()
    assert entry.actor == world.auditor
    assert entry.data["filters"]["verb"] == "access.exported"
    assert entry.data["rows"] == 2


def test_reading_does_not_export(auditor: Client) -> None:
    assert auditor.get(reverse("audit:record_export")).status_code == 405
    assert auditor.get(reverse("audit:chain_head")).status_code == 405


def test_the_head_of_the_chain_can_be_held_outside(
    world: World, auditor: Client, entries: list[AuditRecord]
) -> None:
    answer = auditor.post(reverse("audit:chain_head"))
    held = json.loads(answer.content)
    head = sealing.head()
    assert head is not None
    assert (held["number"], held["digest"]) == (head.number, head.digest)
    assert AuditRecord.objects.filter(subject_text="审计链首", actor=world.auditor).exists()


def test_the_list_costs_the_same_for_a_full_page(
    world: World,
    auditor: Client,
    actor_of: ActorOf,
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    for number in range(60):
        record("access.exported", actor=actor_of(world.police_head), subject_text=str(number))
    with django_assert_max_num_queries(20):  # type: ignore[attr-defined]
        auditor.get(LIST)
