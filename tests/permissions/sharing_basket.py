"""The lines of the basket and of applications made together: health asks the police."""

from typing import Any

from sharing.basket import services
from sharing.basket.services import Choice
from sharing.choices import Method
from sharing.models import ShareApplication
from tests import scenes
from tests.permissions.rows import HEALTH, Row, only
from tests.personas import World, actor_of

CATALOGUERS = only("police_cataloguer", "health_cataloguer", "water_cataloguer")
UNSEEN = {"refused_with": 404, "secret": "公安的目录"}


def a_batch(world: World) -> list[ShareApplication]:
    """Two entries of the police, asked for by health in one go."""
    entries = [scenes.a_published_entry(world, title=f"公安的目录{n}") for n in (1, 2)]
    values = scenes.application_values()
    values.pop("method")
    return services.draft_all(
        actor=actor_of(world.health_cataloguer),
        values=values,
        choices=[Choice(entry, [entry.items.all()[0].pk], Method.INTERFACE) for entry in entries],
    )


def _number(world: World) -> dict[str, Any]:
    return {"number": a_batch(world)[0].batch}


ROWS = [
    Row("sharing:basket", allowed=CATALOGUERS),
    Row("sharing:basket_put", allowed=CATALOGUERS, method="post"),
    Row(
        "sharing:basket_take_out",
        allowed=CATALOGUERS,
        method="post",
        scene=lambda world: {"pk": 1},
    ),
    Row("sharing:batch", allowed=HEALTH | {"auditor"}, scene=_number, **UNSEEN),
    Row(
        "sharing:batch_move",
        allowed=only("health_cataloguer"),
        seen_by=(HEALTH | {"auditor"}) - {"health_cataloguer"},
        method="post",
        scene=lambda world: {**_number(world), "name": "submit"},
        **UNSEEN,
    ),
]
