"""The standards register's lines of the matrix."""

from typing import Any

from catalog.models import CodeList, DataElement
from catalog.standards import services
from tests import scenes
from tests.permissions.rows import POLICE, SUPERVISORS, Row, only
from tests.personas import World, actor_of

KEEPER = only("approver")
READERS = only("auditor")
HIDDEN: dict[str, Any] = {"refused_with": 404, "secret": "尚未施行的名称"}
WATCHERS = (
    POLICE
    | SUPERVISORS
    | only(
        "health_cataloguer", "health_head", "health_security",
        "water_cataloguer", "water_head", "water_security",
    )
)  # fmt: skip
VALUES = {
    "identifier": "HK0001", "name": "尚未施行的名称", "source": "本市", "replaces": None,
    "data_type": "C", "length": 20,
}  # fmt: skip


def in_force(model: Any) -> Any:
    return lambda world: {"pk": model.objects.order_by("pk").first().pk}


def a_draft(model: Any) -> Any:
    def scene(world: World) -> dict[str, Any]:
        return {"pk": services.draft(model, actor=actor_of(world.approver), values=VALUES).pk}

    return scene


def moving(scene: Any, name: str) -> Any:
    return lambda world: {**scene(world), "name": name}


def an_entry(world: World) -> dict[str, Any]:
    return {"pk": scenes.a_draft(world).pk}


ROWS = [
    Row("catalog:standards"),
    Row("catalog:code_lists"),
    Row("catalog:standard_deviations", allowed=WATCHERS),
    Row(
        "catalog:standards_adopt",
        allowed=only("police_cataloguer"),
        seen_by=only("police_head", "police_security", "auditor"),
        refused_with=404,
        scene=an_entry,
        method="post",
    ),
    Row("catalog:codes_import", allowed=KEEPER, seen_by=READERS, scene=a_draft(CodeList), **HIDDEN),
    Row("catalog:codes_export", scene=in_force(CodeList)),
    *(
        row
        for name, model in (("standard", DataElement), ("code_list", CodeList))
        for row in (
            Row(f"catalog:{name}_new", allowed=KEEPER),
            Row(f"catalog:{name}", scene=in_force(model), note="-in-force"),
            Row(
                f"catalog:{name}",
                allowed=KEEPER | READERS,
                scene=a_draft(model),
                note="-draft",
                **HIDDEN,
            ),
            Row(
                f"catalog:{name}_edit",
                allowed=KEEPER,
                seen_by=READERS,
                scene=a_draft(model),
                **HIDDEN,
            ),
            Row(
                f"catalog:{name}_move",
                allowed=KEEPER,
                seen_by=READERS,
                scene=moving(a_draft(model), "discard"),
                method="post",
                data={"reason": "不再需要"},
                note="-discard",
                **HIDDEN,
            ),
            Row(
                f"catalog:{name}_move",
                allowed=KEEPER,
                scene=moving(in_force(model), "replace"),
                method="post",
                data={"reason": "国家标准修订"},
                note="-replace",
            ),
        )
    ),
]
