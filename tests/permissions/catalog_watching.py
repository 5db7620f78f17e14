"""Watching's lines of the matrix: everybody may, each their own."""

from typing import Any

from catalog.watching import services
from tests.permissions.rows import Row, only
from tests.personas import World, actor_of

SECRET = "警方自己关注的"


def a_watch(world: World) -> dict[str, Any]:
    actor = actor_of(world.police_head)
    return {"pk": services.save_search(actor=actor, name=SECRET, query="q=居住证").pk}


ROWS = [
    Row("catalog:watches"),
    Row("catalog:follow", method="post", data={"kind": "theme", "value": "01"}),
    Row("catalog:save_search", method="post", data={"name": "甲", "query": "q=居住证"}),
    Row(
        "catalog:end_watch",
        allowed=only("police_head"),
        refused_with=404,
        scene=a_watch,
        method="post",
        secret=SECRET,
    ),
]
