"""Codes in the matrix: the consumer fetches and binds them, the bureau may stop them, too."""

from typing import Any

from sharing.services import codes
from tests import scenes
from tests.permissions.rows import HEALTH, POLICE, SUPERVISORS, Row, only
from tests.personas import World

SIDES = POLICE | HEALTH | SUPERVISORS
USERS = only("health_cataloguer", "health_head")
UNSEEN: dict[str, Any] = {"refused_with": 404, "secret": "居住证登记"}


def a_grant(world: World) -> dict[str, Any]:
    return {"pk": scenes.an_authorization(world, scenes.a_hosted_entry(world)).pk}


def a_code(world: World) -> dict[str, Any]:
    granted = scenes.an_authorization(world, scenes.a_hosted_entry(world))
    scenes.a_code(world, granted)
    live = codes.live_code(granted)
    assert live is not None
    return {"pk": live.pk}


def a_revocation(world: World) -> dict[str, Any]:
    return {**a_code(world), "name": "revoke"}


ROWS = [
    Row("sharing:code_issue", allowed=USERS, seen_by=SIDES - USERS, scene=a_grant, **UNSEEN),
    Row(
        "sharing:code_issue",
        allowed=USERS,
        seen_by=SIDES - USERS,
        scene=a_grant,
        method="post",
        note="-issued",
        **UNSEEN,
    ),
    Row("sharing:code_bind", allowed=USERS, seen_by=SIDES - USERS, scene=a_code, **UNSEEN),
    Row(
        "sharing:code_move",
        allowed=USERS | {"coordinator"},
        seen_by=SIDES - USERS - {"coordinator"},
        scene=a_revocation,
        method="post",
        data={"reason": "疑似泄露"},
        **UNSEEN,
    ),
]
