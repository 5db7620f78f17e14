"""Data quality's lines of the matrix."""

from typing import Any

from tests.catalog.quality import data
from tests.permissions.rows import POLICE, SUPERVISORS, Row, only
from tests.personas import World

FOLLOWERS = POLICE | SUPERVISORS
WATCHERS = FOLLOWERS | only(
    "health_cataloguer", "health_head", "health_security",
    "water_cataloguer", "water_head", "water_security",
)  # fmt: skip
CATALOGUER = only("police_cataloguer")
RULE = {"kind": "unique", "first": "姓名"}


def hosted(world: World) -> dict[str, Any]:
    return {"pk": data.a_hosted_entry(world).pk}


def checked(world: World) -> dict[str, Any]:
    return {"pk": data.a_checked_entry(world).pk}


ROWS = [
    Row("catalog:quality_list", allowed=WATCHERS),
    Row("catalog:quality", allowed=FOLLOWERS, scene=checked),
    Row("catalog:quality_progress", allowed=FOLLOWERS, scene=hosted),
    Row("catalog:quality_findings", allowed=FOLLOWERS, scene=checked, method="post"),
    Row("catalog:quality_check", allowed=CATALOGUER, scene=checked, method="post"),
    Row("catalog:quality_rule", allowed=CATALOGUER, scene=hosted, method="post", data=RULE),
    Row(
        "catalog:quality_switch",
        allowed=CATALOGUER,
        scene=hosted,
        method="post",
        data={"key": "age", "enabled": "0"},
    ),
]
