"""The lines of the matrix of watching: everybody has their own list, and nobody another's."""

from typing import Any

from catalog.watching import services
from tests.permissions.rows import Row, only
from tests.personas import World, actor_of


def the_search_of_one(world: World) -> dict[str, Any]:
    watch = services.save_search(actor=actor_of(world.police_head), query="q=居住证")
    return {"pk": watch.pk}


ROWS = [
    Row("catalog:watches"),
    Row("catalog:watch_new", method="post", data={"kind": "theme", "what": "01"}),
    Row(
        "catalog:watch_rename",
        allowed=only("police_head"),
        refused_with=404,
        scene=the_search_of_one,
        method="post",
        data={"name": "证照"},
    ),
    Row(
        "catalog:watch_end",
        scene=the_search_of_one,
        method="post",
        note="-changes-nothing-of-others",
    ),
]
