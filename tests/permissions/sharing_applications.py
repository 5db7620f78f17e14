"""The lines of share applications: health asks the police, water has nothing to do with it."""

from typing import Any

from sharing.models import ShareApplication
from sharing.services import applications, extensions
from tests import scenes
from tests.permissions.catalog import PEOPLE
from tests.permissions.rows import HEALTH, POLICE, SUPERVISORS, Row, only
from tests.personas import World, actor_of

# Stands in the application and nowhere in the entry.
SECRET = "预防接种登记时核验居住情况"
BOTH = HEALTH | POLICE | SUPERVISORS
HOUSE = HEALTH | {"auditor"}
HEADS = only("police_head", "health_head", "water_head")
UNSEEN = {"refused_with": 404, "secret": SECRET}


def a_published(world: World) -> dict[str, Any]:
    return {"pk": scenes.a_published_entry(world).pk}


def a_draft_entry(world: World) -> dict[str, Any]:
    return {"pk": scenes.a_draft(world).pk}


def _draft(world: World) -> ShareApplication:
    return scenes.a_draft_application(world, scenes.a_published_entry(world))


def _delivered(world: World) -> ShareApplication:
    return scenes.a_delivered_application(world, scenes.a_published_entry(world))


def a_draft(world: World) -> dict[str, Any]:
    return {"pk": _draft(world).pk}


def a_signing(world: World) -> dict[str, Any]:
    moved = applications.move(
        "submit", actor=actor_of(world.health_cataloguer), application=_draft(world)
    )
    return {"pk": moved.pk}


def a_delivered(world: World) -> dict[str, Any]:
    return {"pk": _delivered(world).pk}


def a_supplementing(world: World) -> dict[str, Any]:
    moved = applications.move(
        "ask_supplement",
        actor=actor_of(world.police_head),
        application=_delivered(world),
        inputs={"reason": "缺少职责依据"},
    )
    return {"pk": moved.pk}


def an_agreed(world: World) -> dict[str, Any]:
    return {"pk": scenes.an_authorization(world, scenes.a_published_entry(world)).application_id}


def an_extension(world: World) -> dict[str, Any]:
    request = extensions.ask(
        actor=actor_of(world.police_head),
        application=_delivered(world),
        days=5,
        reason="须征求上级部门意见",
    )
    return {"pk": request.pk}


def moving(scene: Any, name: str) -> Any:
    return lambda world: {**scene(world), "name": name}


def _move(name: str, scene: Any, mover: str, seen: frozenset[str], **data: str) -> Row:
    return Row(
        "sharing:application_move",
        allowed=only(mover),
        seen_by=seen - {mover},
        scene=moving(scene, name),
        method="post",
        data=data,
        note=f"-{name}",
        **UNSEEN,  # type: ignore[arg-type]
    )


def _decision(name: str) -> Row:
    return Row(
        "sharing:extension_decide",
        allowed=only("coordinator"),
        seen_by=BOTH - {"coordinator"},
        scene=moving(an_extension, name),
        method="post",
        data={"reason": "不属于特殊情况"},
        note=f"-{name}",
        **UNSEEN,  # type: ignore[arg-type]
    )


ROWS = [
    Row("sharing:applications", allowed=PEOPLE | SUPERVISORS),
    Row("sharing:together", allowed=HEADS),
    Row("sharing:together", allowed=HEADS, method="post", note="-nothing-chosen"),
    Row(
        "sharing:apply",
        # One's own entry is a matter of state, not of rights: 409.
        allowed=only("police_cataloguer", "health_cataloguer", "water_cataloguer"),
        scene=a_published,
        note="-published",
    ),
    Row(
        "sharing:apply",
        allowed=only("police_cataloguer"),
        seen_by=only("police_head", "police_security", "auditor"),
        refused_with=404,
        secret="居住证登记",
        scene=a_draft_entry,
        method="post",
        note="-not-published",
    ),
    Row("sharing:application", allowed=HOUSE, scene=a_draft, note="-draft", **UNSEEN),
    Row("sharing:application", allowed=HOUSE, scene=a_signing, note="-signing", **UNSEEN),
    Row("sharing:application", allowed=BOTH, scene=a_delivered, note="-delivered", **UNSEEN),
    Row("sharing:application", allowed=BOTH, scene=an_agreed, note="-agreed", **UNSEEN),
    Row(
        "sharing:application_edit",
        allowed=only("health_cataloguer"),
        seen_by=HOUSE - {"health_cataloguer"},
        scene=a_draft,
        **UNSEEN,
    ),
    _move("submit", a_draft, "health_cataloguer", HOUSE),
    _move("drop", a_draft, "health_cataloguer", HOUSE),
    _move("sign", a_signing, "health_head", HOUSE),
    _move("send_back", a_signing, "health_head", HOUSE, reason="写得太笼统"),
    _move("agree", a_delivered, "police_head", BOTH),
    _move(
        "refuse", a_delivered, "police_head", BOTH, reason="与职责无关", refusal_basis="第二十条"
    ),
    _move("ask_supplement", a_delivered, "police_head", BOTH, reason="缺少职责依据"),
    _move("supplement", a_supplementing, "health_cataloguer", BOTH, supplement="已补充"),
    _move("withdraw", a_delivered, "health_cataloguer", BOTH, reason="不再需要"),
    Row(
        "sharing:application_supplement",
        allowed=only("health_cataloguer"),
        seen_by=BOTH - {"health_cataloguer"},
        scene=a_supplementing,
        **UNSEEN,
    ),
    # What one has typed oneself: everybody gives up their own alone.
    Row("sharing:unsaved_forget", method="post", scene=lambda world: {"place": "basket"}),
    Row(
        "sharing:extension_ask",
        allowed=only("police_head"),
        seen_by=BOTH - {"police_head"},
        scene=a_delivered,
        method="post",
        data={"days": "5", "reason": "须征求上级部门意见"},
        **UNSEEN,
    ),
    _decision("grant"),
    _decision("decline"),
]
