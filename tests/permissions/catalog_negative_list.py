"""The negative list's lines of the matrix."""

from typing import Any

from tests import scenes
from tests.catalog.negative_list import lines
from tests.permissions.rows import POLICE, SUPERVISORS, Row, only
from tests.personas import World

SECRET = "居住证持有人"
WATCHERS = (
    POLICE
    | SUPERVISORS
    | only(
        "health_cataloguer", "health_head", "health_security",
        "water_cataloguer", "water_head", "water_security",
    )
)  # fmt: skip


def an_entry(world: World) -> dict[str, Any]:
    return {"pk": scenes.a_published_entry(world).pk}


def a_draft(world: World) -> dict[str, Any]:
    return {"pk": lines.a_proposal(world, scenes.a_published_entry(world)).pk}


def a_signed(world: World) -> dict[str, Any]:
    return {"pk": lines.a_signed(world, scenes.a_published_entry(world)).pk}


def a_listed(world: World) -> dict[str, Any]:
    return {"pk": lines.a_listed(world, scenes.a_published_entry(world)).pk}


def moving(scene: Any, name: str) -> Any:
    return lambda world: {**scene(world), "name": name}


REASON = {"reason": "经研究"}
HIDDEN: dict[str, Any] = {"refused_with": 404, "secret": SECRET}
ROWS = [
    Row("catalog:negative_list"),
    Row("catalog:negative_unlisted", allowed=WATCHERS),
    Row("catalog:negative_export", method="post"),
    Row("catalog:negative_new", allowed=only("police_cataloguer"), scene=an_entry),
    Row(
        "catalog:negative_entry", allowed=POLICE | {"auditor"}, scene=a_draft, note="-draft",
        **HIDDEN,
    ),
    Row(
        "catalog:negative_entry", allowed=POLICE | SUPERVISORS, scene=a_signed, note="-reviewing",
        **HIDDEN,
    ),
    Row("catalog:negative_entry", scene=a_listed, note="-listed"),
    Row(
        "catalog:negative_edit",
        allowed=only("police_cataloguer"),
        seen_by=only("police_head", "police_security", "auditor"),
        scene=a_draft,
        **HIDDEN,
    ),
    *(
        Row(
            "catalog:negative_move",
            allowed=only(*allowed),
            seen_by=seers - set(allowed),
            scene=moving(scene, name),
            method="post",
            data=REASON,
            note=f"-{name}",
            **HIDDEN,
        )
        for name, scene, allowed, seers in (
            ("submit", a_draft, ("police_cataloguer",), POLICE | {"auditor"}),
            ("discard", a_draft, ("police_cataloguer",), POLICE | {"auditor"}),
            ("accept", a_signed, ("approver",), POLICE | SUPERVISORS),
            ("reject", a_signed, ("approver",), POLICE | SUPERVISORS),
        )
    ),
    *(
        Row(
            "catalog:negative_move",
            allowed=only(*allowed),
            scene=moving(a_listed, name),
            method="post",
            data=REASON,
            note=f"-{name}",
        )
        for name, allowed in (
            ("reexamine", ("police_head",)),
            ("withdraw", ("police_head", "approver")),
        )
    ),
]  # fmt: skip
