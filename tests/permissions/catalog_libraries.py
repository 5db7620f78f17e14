"""The lines of libraries and sources of record."""

from typing import Any

from catalog.models import Library
from tests.permissions.rows import SUPERVISORS, Row, only
from tests.personas import World


def library(world: World) -> dict[str, Any]:
    made = Library.objects.create(kind="base", name="人口基础库", lead=world.police)
    return {"pk": made.pk}


ROWS = [
    Row("catalog:libraries"),
    Row("catalog:library_new", allowed=only("approver")),
    Row("catalog:library", scene=library),
    Row("catalog:library_edit", allowed=only("approver", "police_cataloguer"), scene=library),
    Row("catalog:sources", allowed=SUPERVISORS),
    Row("catalog:source_count", allowed=only("approver"), method="post"),
]
