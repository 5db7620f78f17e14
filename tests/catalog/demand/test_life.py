"""A demand from its receipt to its published result, and into the yearly adjustment."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import Client
from django.urls import reverse

from catalog.demand import queries, services
from catalog.demand.choices import DemandState
from catalog.demand.transitions import DEMAND
from catalog.models import Demand
from citybrain.audit.models import AuditRecord
from citybrain.duties.models import Duty
from citybrain.notices.models import Notice
from citybrain.notices.worklist import worklist
from citybrain.refusals import Conflict
from tests.catalog.demand import demands
from tests.catalog.opendata.opened import an_open_entry
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def public(demand: Demand) -> str:
    """The demand's public page; empty when there is none."""
    answer = Client().get(reverse("opendata:demand", args=[demand.number]))
    return answer.content.decode() if answer.status_code == 200 else ""


def titles(person) -> list[str]:
    return [row.item.title for row in worklist(actor_of(person))]


def test_it_is_received_assigned_answered_in_time_and_published(world: World) -> None:
    demand = demands.a_received(world)
    assert not public(demand)
    assert str(demand) in titles(world.approver)
    assert Notice.objects.filter(recipient=world.approver, kind="catalog.demand.received").exists()

    demand = services.move(
        "assign",
        actor=actor_of(world.approver),
        demand=demand,
        inputs={"department": str(world.police.pk)},
    )
    assert demands.TEXT in public(demand)
    duty = Duty.objects.get(rule="answer_demand", subject_id=demand.pk)
    assert (duty.department, duty.days) == (world.police, 10)
    assert str(demand) in titles(world.police_head)

    demand = services.move(
        "answer",
        actor=actor_of(world.police_head),
        demand=demand,
        inputs={"outcome": "adopted", "answer": demands.ANSWER},
    )
    duty.refresh_from_db()
    assert duty.fulfilled_at is not None
    assert demands.ANSWER not in public(demand)
    assert str(demand) in titles(world.approver)

    demand = services.move("publish", actor=actor_of(world.approver), demand=demand)
    assert demands.ANSWER in public(demand)
    assert demand.contact == ""


def test_how_to_reach_whoever_asked_is_for_those_who_answer_and_not_kept(
    world: World, signed_in
) -> None:
    demand = demands.an_assigned(world)
    url = reverse("catalog:demand", args=[demand.pk])
    for person, reads in (
        (world.approver, True),
        (world.police_head, True),
        (world.police_security, False),
        (world.auditor, False),
    ):
        page = signed_in(person).get(url).content.decode()
        assert (demands.CONTACT in page) == reads, person
    assert demands.CONTACT not in public(demand)
    kept = "".join(str(one.data) for one in AuditRecord.objects.all())
    assert demands.CONTACT not in kept
    declined = services.move(
        "decline",
        actor=actor_of(world.approver),
        demand=demands.a_received(world),
        inputs={"reason": "广告"},
    )
    assert declined.contact == ""
    assert not public(declined)


def test_an_answer_states_outcome_and_words(world: World) -> None:
    demand = demands.an_assigned(world)
    for inputs in (
        {},
        {"outcome": "adopted"},
        {"outcome": "perhaps", "answer": "好"},
        {"outcome": "adopted", "answer": "  "},
    ):
        with pytest.raises(ValidationError):
            services.move("answer", actor=actor_of(world.police_head), demand=demand, inputs=inputs)
    with pytest.raises(Http404):
        services.move(
            "answer",
            actor=actor_of(world.health_head),
            demand=demand,
            inputs={"outcome": "adopted", "answer": "好"},
        )
    with pytest.raises(PermissionDenied):
        services.move(
            "answer",
            actor=actor_of(world.approver),
            demand=demand,
            inputs={"outcome": "adopted", "answer": "好"},
        )


def test_another_department_gets_it_with_a_new_limit(world: World) -> None:
    demand = demands.an_assigned(world)
    moved = services.move(
        "reassign",
        actor=actor_of(world.approver),
        demand=demand,
        inputs={"department": str(world.health.pk), "reason": "属卫健职责"},
    )
    open_ = Duty.objects.filter(rule="answer_demand", fulfilled_at=None, cancelled_at=None)
    assert [duty.department for duty in open_] == [world.health]
    with pytest.raises(Http404):
        services.move(
            "answer",
            actor=actor_of(world.police_head),
            demand=moved,
            inputs={"outcome": "adopted", "answer": "好"},
        )
    for nobody in ("999999", "9" * 5000):
        with pytest.raises(ValidationError):
            services.move(
                "reassign",
                actor=actor_of(world.approver),
                demand=moved,
                inputs={"department": nobody, "reason": "x"},
            )


def test_an_answer_that_does_not_do_goes_back_with_a_new_limit(world: World) -> None:
    demand = services.move(
        "return",
        actor=actor_of(world.approver),
        demand=demands.an_answered(world),
        inputs={"reason": "没有说明时间"},
    )
    assert demand.state == DemandState.ASSIGNED
    assert Duty.objects.filter(rule="answer_demand", fulfilled_at=None).count() == 1
    with pytest.raises(Conflict):
        services.move("publish", actor=actor_of(world.approver), demand=demand)


def test_what_was_taken_up_is_adjusted_and_traced_to_its_entry(world: World, signed_in) -> None:
    wanted = demands.a_published(world, title="要的")
    demands.a_published(world, "not_adopted", title="不要的")
    demands.a_published(world, title="纠错", entry=an_open_entry(world, title="有错的"))
    listed = queries.to_adjust(actor_of(world.approver))
    assert [one.title for one in listed] == ["要的"]
    assert not listed[0].result_is_open
    entry = an_open_entry(world, title="落实的")
    services.move(
        "trace",
        actor=actor_of(world.police_head),
        demand=wanted,
        inputs={"result_entry": str(entry.pk)},
    )
    assert queries.to_adjust(actor_of(world.approver))[0].result_is_open
    assert "落实的" in public(wanted)
    page = signed_in(world.approver).get(reverse("catalog:demand_adjustment")).content.decode()
    assert "已开放" in page
    refused = demands.a_published(world, "not_adopted")
    with pytest.raises(Conflict):
        services.move(
            "trace",
            actor=actor_of(world.police_head),
            demand=refused,
            inputs={"result_entry": str(entry.pk)},
        )


def test_every_move_of_the_table_is_walked_here(world: World) -> None:
    assert set(DEMAND.moves) == {
        "assign", "decline", "reassign", "answer", "return", "publish", "trace"
    }  # fmt: skip
