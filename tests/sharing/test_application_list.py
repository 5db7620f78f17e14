"""The lists of applications: both sides of a department, the city, narrowed, sorted, at what cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import CatalogEntry
from citybrain.duties.models import Duty
from sharing.choices import ApplicationState
from sharing.models import ShareApplication
from tests import scenes
from tests.personas import World
from tests.sharing.applying import client_of, press

pytestmark = pytest.mark.django_db
LIST = "/sharing/applications/"


def listed(person, query: str = "") -> list[str]:
    """The numbers on the page, in their order."""
    response = client_of(person).get(f"{LIST}?{query}")
    assert response.status_code == 200
    return [one.number for one, _tone, _duty in response.context["rows"]]


def test_each_role_lands_on_its_own_side(world: World) -> None:
    entry = scenes.a_published_entry(world)
    draft = scenes.a_draft_application(world, entry)
    assert listed(world.health_cataloguer) == [draft.number]
    assert listed(world.health_head, "tab=incoming") == []
    assert listed(world.police_head, "tab=incoming") == []
    assert listed(world.coordinator) == []
    assert listed(world.auditor) == [draft.number]
    press(world.health_cataloguer, draft, "submit")
    press(world.health_head, draft, "sign")
    assert listed(world.police_head, "tab=incoming") == [draft.number]
    assert listed(world.police_head) == []
    assert listed(world.coordinator) == [draft.number]
    assert listed(world.city_reader, "tab=city") == [draft.number]
    assert listed(world.police_head, "tab=city") == [], "the city's tab is not theirs"
    assert listed(world.water_head) == listed(world.water_head, "tab=incoming") == []
    for person in (world.admin, world.cyberspace_officer):
        assert client_of(person).get(LIST).status_code == 403


def test_the_list_is_narrowed_and_sorted(world: World) -> None:
    first = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    second = scenes.a_draft_application(
        world, scenes.a_published_entry(world, title="机动车登记信息")
    )
    health = world.health_cataloguer
    assert listed(health) == [second.number, first.number]
    assert listed(health, "state=answering") == [first.number]
    assert listed(health, "q=机动车") == [second.number]
    assert listed(health, f"q={first.number.lower()}") == [first.number]
    assert listed(health, "q=市公安局") == [second.number, first.number]
    assert listed(health, "q=没有的词") == []
    assert listed(health, "sort=submitted") == [first.number, second.number]
    assert listed(health, "sort=-due") == [first.number, second.number]
    for odd in ("state=x", "sort=;drop", "page=99", "tab=x"):
        assert client_of(health).get(f"{LIST}?{odd}").status_code == 200


def test_the_list_asks_as_often_for_200_applications_as_for_two(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sharing.views.applications.PER_PAGE", 200)
    entry = scenes.a_published_entry(world)
    _delivered(world, entry, 2)
    client = client_of(world.police_head)

    def queries(query: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            response = client.get(f"{LIST}?{query}")
        assert response.status_code == 200
        return len(captured)

    queries("tab=incoming")  # the first page of a process also loads the calendar
    few = {query: queries(query) for query in ("tab=incoming", "tab=incoming&sort=due")}
    _delivered(world, entry, 198)
    assert {query: queries(query) for query in few} == few
    assert max(few.values()) <= 20
    assert len(listed(world.police_head, "tab=incoming")) == 200


def _delivered(world: World, entry: CatalogEntry, count: int) -> None:
    """Applications that wait for an answer, each with its clock, written at once."""
    start = ShareApplication.objects.count()
    entries = CatalogEntry.objects.bulk_create(
        CatalogEntry(
            **_fields(entry), code=f"{entry.code[:-6]}{900000 + number}", title_key=f"{number}"
        )
        for number in range(start, start + count)
    )
    today = timezone.localdate()
    applications = ShareApplication.objects.bulk_create(
        ShareApplication(
            **scenes.application_values(),
            number=f"SQ2020-{start + at:06}",
            department=world.health,
            entry=one,
            provider=world.police,
            sharing_type=one.sharing_type,
            state=ApplicationState.ANSWERING,
            submitted_at=timezone.now(),
        )
        for at, one in enumerate(entries)
    )
    Duty.objects.bulk_create(
        Duty(
            rule="reply_conditional",
            subject_type=ShareApplication._meta.label,
            subject_id=one.pk,
            subject_text=one.number,
            department=world.police,
            for_department=world.health,
            days=10,
            opened_at=timezone.now(),
            starts_on=today,
            original_due_on=today + timedelta(days=14),
            due_on=today + timedelta(days=14),
        )
        for one in applications
    )


def _fields(entry: CatalogEntry) -> dict:
    names = [field.attname for field in CatalogEntry._meta.concrete_fields]
    left_out = ("id", "code", "title_key", "search")
    return {name: getattr(entry, name) for name in names if name not in left_out}
