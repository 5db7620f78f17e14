"""Demands of the public in each state, reached the way people reach it."""

from typing import Any

from catalog.demand import services
from catalog.models import CatalogEntry, Demand
from citybrain.organizations.actors import Actor
from tests.personas import World, actor_of

TITLE, TEXT, CONTACT = "希望开放公交实时到站数据", "用于开发出行应用，需要线路。", "mai@example.com"
ANSWER = "将于年内编制目录后开放。"


def words(**changes: Any) -> dict[str, Any]:
    """What the public writes."""
    return {"title": TITLE, "text": TEXT, "contact": CONTACT, **changes}


def a_received(world: World, *, entry: CatalogEntry | None = None, **changes: Any) -> Demand:
    public = Actor(name="社会公众", ip="192.0.2.1")
    return services.receive(actor=public, entry=entry, **words(**changes))


def an_assigned(world: World, **changes: Any) -> Demand:
    """Given to the police."""
    return services.move(
        "assign",
        actor=actor_of(world.approver),
        demand=a_received(world, **changes),
        inputs={"department": str(world.police.pk)},
    )


def an_answered(world: World, outcome: str = "adopted", **changes: Any) -> Demand:
    return services.move(
        "answer",
        actor=actor_of(world.police_head),
        demand=an_assigned(world, **changes),
        inputs={"outcome": outcome, "answer": ANSWER},
    )


def a_published(world: World, outcome: str = "adopted", **changes: Any) -> Demand:
    return services.move(
        "publish", actor=actor_of(world.approver), demand=an_answered(world, outcome, **changes)
    )
