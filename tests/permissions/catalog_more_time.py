"""The lines of the matrix of requests for more time to enter a change of law."""

from typing import Any

from tests.catalog.more_time.test_more_time import a_revision_by_law, asked
from tests.permissions.rows import POLICE, SUPERVISORS, Row, only
from tests.personas import World


def a_copy(world: World) -> dict[str, Any]:
    return {"pk": a_revision_by_law(world).pk}


def a_request(world: World) -> dict[str, Any]:
    return {"pk": asked(world, a_revision_by_law(world)).pk}


HIDDEN = {"refused_with": 404, "secret": "居住证登记"}
ROWS = [
    Row(
        "catalog:more_time_ask",
        allowed=only("police_cataloguer"),
        seen_by=only("police_head", "police_security", "auditor"),
        scene=a_copy,
        **HIDDEN,
    ),
    Row("catalog:more_time", allowed=POLICE | SUPERVISORS, scene=a_request, **HIDDEN),
    Row(
        "catalog:more_time_move",
        allowed=only("approver"),
        seen_by=(POLICE | SUPERVISORS) - {"approver"},
        scene=lambda world: {**a_request(world), "name": "grant"},
        method="post",
        **HIDDEN,
    ),
]
