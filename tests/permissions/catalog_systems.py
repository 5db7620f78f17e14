"""The lines of the register of information systems."""

from typing import Any

from tests.catalog.systems.making import a_system
from tests.permissions.catalog import CATALOGUERS, PEOPLE
from tests.permissions.rows import POLICE, SUPERVISORS, Row, only
from tests.personas import World

READERS = PEOPLE | SUPERVISORS
SEEN = POLICE | SUPERVISORS
SECRET = "居住证管理系统"


def system(world: World) -> dict[str, Any]:
    return {"pk": a_system(world).pk}


UNSEEN = {"refused_with": 404, "secret": SECRET}
ROWS = [
    Row("catalog:systems", allowed=READERS),
    Row("catalog:system_export", allowed=READERS, method="post"),
    Row("catalog:system_new", allowed=CATALOGUERS),
    Row("catalog:system", allowed=SEEN, scene=system, **UNSEEN),
    Row(
        "catalog:system_edit",
        allowed=only("police_cataloguer"),
        seen_by=SEEN - {"police_cataloguer"},
        scene=system,
        **UNSEEN,
    ),
    *(
        Row(
            "catalog:system_move",
            allowed=only("police_cataloguer"),
            seen_by=SEEN - {"police_cataloguer"},
            scene=lambda world, name=name: {**system(world), "name": name},
            method="post",
            data={"reason": "由新系统替代"},
            note=f"-{name}",
            **UNSEEN,
        )
        for name in ("commission", "retire")
    ),
]
