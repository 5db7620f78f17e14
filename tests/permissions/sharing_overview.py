"""The lines of the page per department."""

from typing import Any

from tests.permissions.catalog import PEOPLE
from tests.permissions.rows import POLICE, SUPERVISORS, Row
from tests.personas import World


def the_police(world: World) -> dict[str, Any]:
    return {"pk": world.police.pk}


ROWS = [
    Row("sharing:overview", allowed=PEOPLE | SUPERVISORS),
    Row("sharing:department", allowed=POLICE | SUPERVISORS, scene=the_police),
]
