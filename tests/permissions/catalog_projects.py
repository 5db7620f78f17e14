"""The lines of the register of projects, in the states that matter."""

from typing import Any

from tests.catalog.projects.making import a_built_project, a_project, a_requested_project
from tests.permissions.catalog import CATALOGUERS
from tests.permissions.catalog_systems import READERS, SEEN
from tests.permissions.rows import Row, only
from tests.personas import World


def project(world: World) -> dict[str, Any]:
    return {"pk": a_project(world).pk}


def built(world: World) -> dict[str, Any]:
    return {"pk": a_built_project(world).pk}


def requested(world: World) -> dict[str, Any]:
    return {"pk": a_requested_project(world).pk}


UNSEEN = {"refused_with": 404, "secret": "居住证管理系统升级改造"}
ROWS = [
    Row("catalog:projects", allowed=READERS),
    Row("catalog:project_new", allowed=CATALOGUERS),
    Row("catalog:project", allowed=SEEN, scene=project, **UNSEEN),
    Row(
        "catalog:project_edit",
        allowed=only("police_cataloguer"),
        seen_by=SEEN - {"police_cataloguer"},
        scene=project,
        **UNSEEN,
    ),
    *(
        Row(
            "catalog:project_move",
            allowed=only(allowed),
            seen_by=SEEN - {allowed},
            scene=lambda world, scene=scene, name=name: {**scene(world), "name": name},
            method="post",
            data={"opinion": "验收合格。", "reason": "缺少编目"},
            note=f"-{name}",
            **UNSEEN,
        )
        for name, scene, allowed in (
            ("complete", project, "police_cataloguer"),
            ("request", built, "police_cataloguer"),
            ("withdraw", requested, "police_cataloguer"),
            ("accept", requested, "approver"),
            ("send_back", requested, "approver"),
        )
    ),
]
