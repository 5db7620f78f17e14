"""The lines of the matrix of disputes."""

from typing import Any

from sharing.disputes import services
from sharing.models import Dispute
from tests import scenes
from tests.permissions.rows import EVERYBODY, HEALTH, POLICE, SUPERVISORS, Row, only
from tests.personas import World, actor_of

PEOPLE = only(*(name for name in EVERYBODY if name.startswith(("police", "health", "water"))))
SIDES = POLICE | HEALTH | SUPERVISORS
HEADS = only("police_head", "health_head")
BUREAU = only("coordinator")
HIDDEN = {"refused_with": 404, "secret": "居住证登记"}


def an_application(world: World) -> dict[str, Any]:
    return {"pk": scenes.a_delivered_application(world, scenes.a_published_entry(world)).pk}


def _a_dispute(world: World) -> Dispute:
    application = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    return services.raise_dispute(
        actor=actor_of(world.health_head), application=application, claim="不同意答复"
    )


def a_dispute(world: World) -> dict[str, Any]:
    return {"pk": _a_dispute(world).pk}


def a_question(world: World) -> dict[str, Any]:
    raised = _a_dispute(world)
    asked = services.ask_expert(
        actor=actor_of(world.coordinator), dispute=raised, expert="符教授",
        institution="海南大学", question="是否属于授权场景",
    )  # fmt: skip
    return {"pk": raised.pk, "opinion": asked.pk}


def a_move(name: str) -> Any:
    return lambda world: {**a_dispute(world), "name": name}


ROWS = [
    Row("sharing:disputes", allowed=PEOPLE | SUPERVISORS),
    Row(
        "sharing:dispute_new", allowed=HEADS, seen_by=SIDES - HEADS, scene=an_application, **HIDDEN
    ),
    Row("sharing:dispute", allowed=SIDES, scene=a_dispute, **HIDDEN),
    Row(
        "sharing:dispute_move",
        allowed=only("police_head"),
        seen_by=SIDES - only("police_head"),
        scene=a_move("reply"),
        method="post",
        data={"reply": "按目录答复"},
        **HIDDEN,
    ),
    Row("sharing:dispute_bundle", allowed=SIDES, scene=a_dispute, method="post", **HIDDEN),
    Row(
        "sharing:expert_ask",
        allowed=BUREAU,
        seen_by=SIDES - BUREAU,
        scene=a_dispute,
        method="post",
        data={"expert": "符教授", "institution": "海南大学", "question": "是否属于授权场景"},
        **HIDDEN,
    ),
    Row(
        "sharing:expert_answer",
        allowed=BUREAU,
        seen_by=SIDES - BUREAU,
        scene=a_question,
        method="post",
        data={"answer": "属于"},
        **HIDDEN,
    ),
]
