"""The lines of the return flow: a need of health, a package, the part of it that health gets."""

from typing import Any

from sharing.models import ReturnReceipt
from sharing.returnflow import checking
from sharing.returnflow.services import packages
from tests.permissions.catalog import PEOPLE
from tests.permissions.rows import HEALTH, SUPERVISORS, Row, only
from tests.permissions.sharing_applications import a_published
from tests.personas import World, actor_of
from tests.sharing.returnflow import flowing

SECRET = flowing.NEED["title"]
UNSEEN: dict[str, Any] = {"refused_with": 404, "secret": SECRET}
SEEN = HEALTH | SUPERVISORS
COORDINATOR = only("coordinator")
ASKER = only("health_cataloguer")


def a_need(world: World) -> dict[str, Any]:
    people = {"cataloguer": world.health_cataloguer, "head": world.health_head}
    return {"pk": flowing.a_need(people).pk}


def filing(world: World) -> dict[str, Any]:
    return {**a_need(world), "name": "file"}


def a_package(world: World) -> dict[str, Any]:
    made = flowing.a_package(world, flowing.an_entry(world))
    checking.check(made.pk)
    return {"pk": made.pk}


def a_receipt(world: World) -> dict[str, Any]:
    made = flowing.a_package(world, flowing.an_entry(world))
    checking.check(made.pk)
    packages.distribute(actor=actor_of(world.coordinator), package=made, departments=[world.health])
    return {"pk": ReturnReceipt.objects.get().pk}


ROWS = [
    Row("sharing:returnflow", allowed=PEOPLE | SUPERVISORS),
    Row(
        "sharing:need_new",
        allowed=only("police_cataloguer", "health_cataloguer", "water_cataloguer"),
    ),
    Row("sharing:need", allowed=SEEN, scene=a_need, **UNSEEN),
    Row("sharing:need_edit", allowed=ASKER, seen_by=SEEN - ASKER, scene=a_need, **UNSEEN),
    Row(
        "sharing:need_move",
        allowed=COORDINATOR,
        seen_by=SEEN - COORDINATOR,
        method="post",
        scene=filing,
        data={"provincial_number": "琼1", "filed_on": "2026-01-01"},
        **UNSEEN,
    ),
    Row("sharing:return_packages", allowed=SUPERVISORS),
    Row("sharing:return_package_new", allowed=COORDINATOR, scene=a_published),
    Row("sharing:return_package", allowed=SUPERVISORS, refused_with=404, scene=a_package),
    *(
        Row(
            f"sharing:return_package_{name}",
            allowed=COORDINATOR,
            seen_by=SUPERVISORS - COORDINATOR,
            refused_with=404,
            method="post",
            scene=a_package,
            data={"reason": "重报"},
        )
        for name in ("distribute", "discard")
    ),
    Row("sharing:return_receipt", allowed=SEEN, refused_with=404, scene=a_receipt),
    *(
        Row(
            f"sharing:return_receipt_{name}",
            allowed=only("health_cataloguer", "health_head"),
            seen_by=SEEN - only("health_cataloguer", "health_head"),
            refused_with=404,
            method="post",
            scene=a_receipt,
        )
        for name in ("file", "sign")
    ),
]
