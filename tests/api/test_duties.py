"""Statutory deadlines over the API: who sees them, where they stand, how they are found."""

from datetime import date

import pytest
import time_machine

from citybrain.duties.models import Duty
from citybrain.duties.policies import duty_policy
from tests import scenes
from tests.api.conftest import Calling
from tests.duties.conftest import Opener, opener
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
DUTIES = "/api/v1/duties/"


@pytest.fixture
def opened(world: World) -> Opener:
    return opener(world)


@time_machine.travel("2026-03-12T10:00:00+08:00", tick=False)
def test_a_deadline_says_where_it_stands(opened: Opener, world: World, calling: Calling) -> None:
    duty = opened(starts_on=date(2026, 3, 2))
    shown = calling(world.health_head).get(f"{DUTIES}{duty.pk}/").json()
    assert shown["department"] == "police"
    assert shown["for_department"] == "health"
    assert (shown["rule"], shown["days"], shown["due_on"]) == (
        "reply_conditional",
        10,
        "2026-03-16",
    )
    assert (shown["state"], shown["days_left"]) == ("soon", 2)
    assert "第二十一条" in shown["basis"]
    portal = opened("internal_signoff", for_department=None, starts_on=date(2026, 3, 2))
    late = calling(world.police_head).get(f"{DUTIES}{portal.pk}/").json()
    assert late["for_department"] is None
    assert (late["state"], late["days_left"]) == ("overdue", -6)


@time_machine.travel("2026-03-12T10:00:00+08:00", tick=False)
def test_deadlines_are_narrowed(opened: Opener, world: World, calling: Calling) -> None:
    first = opened(subject_text="甲项", starts_on=date(2026, 3, 2))
    second = opened(
        "reply_unconditional",
        subject_text="乙项",
        starts_on=date(2026, 3, 9),
        department=world.water,
    )
    caller = calling(world.coordinator)
    for query, expected in (
        ({}, {first.pk, second.pk}),
        ({"state": "soon"}, {first.pk}),
        ({"state": "overdue"}, {second.pk}),
        ({"rule": "reply_unconditional"}, {second.pk}),
        ({"department": "water"}, {second.pk}),
        ({"q": "甲"}, {first.pk}),
        ({"subject_type": first.subject_type, "subject_id": first.subject_id}, {first.pk}),
        ({"subject_type": "sharing.ShareApplication"}, set()),
        ({"subject_id": "99999999999999999999"}, set()),
    ):
        assert caller.ids(DUTIES, query) == expected, query
    for query in ({"state": "x"}, {"department": "nowhere"}, {"subject_id": "x"}):
        refused = caller.get(DUTIES, query)
        assert refused.status_code == 400, query
        assert set(refused.json()["errors"]) == set(query)


def test_everybody_is_listed_exactly_what_the_policy_shows(world: World, calling: Calling) -> None:
    scenes.a_delivered_application(world, scenes.a_published_entry(world))
    scenes.a_submitted_entry(world, title="户籍人口信息")
    assert Duty.objects.count() >= 5
    for name, person in world.people.items():
        visible = set(duty_policy.queryset(actor_of(person)).values_list("pk", flat=True))
        assert calling(person).ids(DUTIES) == visible, name


def test_a_duty_of_others_is_not_there_and_none_is_written(
    opened: Opener, world: World, calling: Calling
) -> None:
    duty = opened()
    hidden = calling(world.water_head).get(f"{DUTIES}{duty.pk}/")
    assert hidden.status_code == 404
    assert duty.subject_text not in hidden.content.decode()
    caller = calling(world.police_head)
    assert caller.post(DUTIES, {}).status_code == 405
    assert caller.patch(f"{DUTIES}{duty.pk}/", {"due_on": "2030-01-01"}).status_code == 405


def test_a_list_costs_the_same_at_2_and_at_200_duties(
    opened: Opener, world: World, calling: Calling
) -> None:
    caller = calling(world.coordinator)
    first, _second = opened(), opened()
    before = caller.queries(DUTIES, {"page_size": 100})
    Duty.objects.bulk_create(
        Duty(
            rule=first.rule,
            subject_type=first.subject_type,
            subject_id=2_000_000 + number,
            subject_text=f"事项{number}",
            department=world.police,
            for_department=world.health,
            days=10,
            starts_on=first.starts_on,
            original_due_on=first.due_on,
            due_on=first.due_on,
        )
        for number in range(200)
    )
    assert caller.queries(DUTIES, {"page_size": 100}) == before
    assert caller.get(DUTIES, {"page_size": 5000}).json()["count"] == 202
