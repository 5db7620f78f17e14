"""The grading pages and the rule behind them."""

import pytest
from django.urls import reverse

from citybrain.refusals import Conflict
from security.models import ItemGrade
from security.queries import ungraded_items
from security.services.grading import Decision, confirm_grades
from tests import scenes
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def test_all_suggestions_are_accepted_at_once(world: World, signed_in) -> None:
    entry = scenes.a_draft(world)
    page = signed_in(world.police_security).post(
        reverse("security:grade_entry", args=[entry.pk]), {"accept": "all"}
    )
    assert page.status_code == 302
    assert not ungraded_items(entry)
    name = ItemGrade.objects.get(item__name="姓名")
    assert (name.grade, name.is_masked) == ("general_3", True)
    assert name.confirmed_by == world.police_security


def test_a_lower_grade_wants_a_reason_and_keeps_what_was_typed(world: World, signed_in) -> None:
    entry = scenes.a_draft(world)
    data = {}
    for item in entry.items.all():
        data[f"grade-{item.pk}"] = "general_1"
        data[f"category-{item.pk}"] = "operation"
    page = signed_in(world.police_security).post(
        reverse("security:grade_entry", args=[entry.pk]), data
    )
    assert page.status_code == 422
    assert "低于建议级别，请说明理由" in page.content.decode()
    assert not ItemGrade.objects.exists()


def test_grades_stay_once_the_entry_is_with_the_bureau(world: World) -> None:
    entry = scenes.a_signed_entry(world)
    item = entry.items.first()
    with pytest.raises(Conflict):
        confirm_grades(
            actor=actor_of(world.police_security),
            entry=entry,
            decisions={item.pk: Decision("general_4", "operation", "就高")},
        )


def test_the_list_puts_ungraded_entries_first(world: World, signed_in) -> None:
    graded = scenes.a_draft(world, title="甲类登记信息")
    scenes.grade_all(graded, world.police_security)
    scenes.a_draft(world, title="乙类登记信息")
    body = signed_in(world.police_security).get(reverse("security:grading_list")).content.decode()
    assert body.index("乙类登记信息") < body.index("甲类登记信息")


@pytest.mark.parametrize(
    ("person", "status"), [("police_cataloguer", 403), ("water_security", 404)]
)
def test_only_the_departments_officer_grades(
    world: World, signed_in, person: str, status: int
) -> None:
    entry = scenes.a_draft(world)
    client = signed_in(world.people[person])
    assert client.get(reverse("security:grade_entry", args=[entry.pk])).status_code == status


def test_the_list_costs_the_same_at_2_and_at_200(
    world: World, signed_in, django_assert_num_queries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(world.police_security)
    url = reverse("security:grading_list")
    counts = []
    made = 0
    for wanted in (2, 24):
        while made < wanted:
            scenes.a_draft(world, title=f"登记信息之{made}")
            made += 1
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
