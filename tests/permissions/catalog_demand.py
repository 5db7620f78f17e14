"""The lines of the matrix for demands of the public."""

from typing import Any

from tests.catalog.demand import demands
from tests.permissions.rows import POLICE, SUPERVISORS, Row, only
from tests.personas import World

HANDLERS = (
    POLICE
    | SUPERVISORS
    | only(
        "health_cataloguer", "health_head", "health_security",
        "water_cataloguer", "water_head", "water_security",
    )
)  # fmt: skip
SECRET = demands.TITLE


def a_received(world: World) -> dict[str, Any]:
    return {"pk": demands.a_received(world).pk}


def an_assigned(world: World) -> dict[str, Any]:
    return {"pk": demands.an_assigned(world).pk}


def an_answered(world: World) -> dict[str, Any]:
    return {"pk": demands.an_answered(world).pk}


def assigning(world: World) -> dict[str, Any]:
    return {**a_received(world), "name": "assign"}


def answering(world: World) -> dict[str, Any]:
    return {**an_assigned(world), "name": "answer"}


def publishing(world: World) -> dict[str, Any]:
    return {**an_answered(world), "name": "publish"}


def received_in_public(world: World) -> dict[str, Any]:
    return {"number": demands.a_received(world).number}


def assigned_in_public(world: World) -> dict[str, Any]:
    return {"number": demands.an_assigned(world).number}


def any_number(world: World) -> dict[str, Any]:
    return {"number": "XQ2026-000001"}


HIDDEN: dict[str, Any] = {"refused_with": 404, "secret": SECRET}
ROWS = [
    Row("opendata:demands", public=200),
    Row("opendata:demand_new", public=200),
    Row("opendata:demand_received", public=200, scene=any_number),
    Row("opendata:demand", public=200, scene=assigned_in_public, note="-accepted"),
    Row(
        "opendata:demand",
        allowed=only(),
        public=404,
        scene=received_in_public,
        note="-received",
        **HIDDEN,
    ),
    Row("opendata:demand_support", public=302, method="post", scene=assigned_in_public),
    Row("catalog:demands", allowed=HANDLERS),
    Row("catalog:demand_adjustment", allowed=HANDLERS),
    Row("catalog:demand", allowed=SUPERVISORS, scene=a_received, note="-received", **HIDDEN),
    Row(
        "catalog:demand",
        allowed=POLICE | SUPERVISORS,
        scene=an_assigned,
        note="-assigned",
        **HIDDEN,
    ),
    Row(
        "catalog:demand_move",
        allowed=only("approver"),
        seen_by=SUPERVISORS - {"approver"},
        scene=assigning,
        method="post",
        note="-assign",
        **HIDDEN,
    ),
    Row(
        "catalog:demand_move",
        allowed=only("police_head", "police_cataloguer"),
        seen_by=SUPERVISORS | {"police_security"},
        scene=answering,
        method="post",
        data={"outcome": "adopted", "answer": "好"},
        note="-answer",
        **HIDDEN,
    ),
    Row(
        "catalog:demand_move",
        allowed=only("approver"),
        seen_by=(SUPERVISORS | POLICE) - {"approver"},
        scene=publishing,
        method="post",
        note="-publish",
        **HIDDEN,
    ),
]
