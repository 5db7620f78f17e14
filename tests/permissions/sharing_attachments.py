"""The lines of attachments: whoever sees the application sees its papers."""

from typing import Any

from sharing.attachments import services
from tests import scenes
from tests.permissions.rows import HEALTH, Row, only
from tests.permissions.sharing_applications import UNSEEN
from tests.personas import World, actor_of

HOUSE = HEALTH | {"auditor"}
PDF = b"%PDF-1.7\n%%EOF\n"


def a_paper(world: World) -> dict[str, Any]:
    application = scenes.a_draft_application(world, scenes.a_published_entry(world))
    made = services.add(
        actor=actor_of(world.health_cataloguer), subject=application, name="依据.pdf", data=PDF
    )
    return {"pk": made.pk}


def a_draft(world: World) -> dict[str, Any]:
    application = scenes.a_draft_application(world, scenes.a_published_entry(world))
    return {"word": "application", "pk": application.pk}


def _writing(name: str, scene: Any) -> Row:
    return Row(
        name,
        allowed=only("health_cataloguer"),
        seen_by=HOUSE - {"health_cataloguer"},
        method="post",
        scene=scene,
        **UNSEEN,  # type: ignore[arg-type]
    )


ROWS = [
    Row("sharing:attachment", allowed=HOUSE, scene=a_paper, **UNSEEN),
    _writing("sharing:attachment_take_out", a_paper),
    _writing("sharing:attachment_add", a_draft),
]
