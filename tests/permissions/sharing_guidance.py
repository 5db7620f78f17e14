"""The lines of guidance and technical support: health asks the police."""

from typing import Any

from sharing.guidance import services
from sharing.guidance.choices import GuidanceKind
from sharing.models import GuidanceTicket
from tests import scenes
from tests.permissions.catalog import PEOPLE
from tests.permissions.rows import SUPERVISORS, Row, only
from tests.permissions.sharing_applications import BOTH, a_published
from tests.personas import World, actor_of

SECRET = "签注日期为空代表什么"
UNSEEN = {"refused_with": 404, "secret": SECRET}


def a_ticket(world: World) -> GuidanceTicket:
    return services.ask(
        actor=actor_of(world.health_cataloguer),
        entry=scenes.a_published_entry(world),
        kind=GuidanceKind.GUIDANCE,
        title=SECRET,
        text="接种登记时需要判断居住证是否有效",
    )


def scene(world: World) -> dict[str, Any]:
    return {"pk": a_ticket(world).pk}


def _move(name: str, mover: str) -> Row:
    return Row(
        "sharing:guidance_move",
        allowed=only(mover),
        seen_by=BOTH - {mover},
        method="post",
        scene=lambda world: {**scene(world), "name": name},
        data={"reason": "表示尚未签注"},
        note=f"-{name}",
        **UNSEEN,  # type: ignore[arg-type]
    )


ROWS = [
    Row("sharing:guidance", allowed=PEOPLE | SUPERVISORS),
    Row(
        "sharing:guidance_new",
        allowed=only("police_cataloguer", "health_cataloguer", "water_cataloguer"),
        scene=a_published,
    ),
    Row("sharing:guidance_ticket", allowed=BOTH, scene=scene, **UNSEEN),
    _move("answer", "police_cataloguer"),
    _move("close", "health_cataloguer"),
]
