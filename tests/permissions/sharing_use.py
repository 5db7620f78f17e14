"""Use of shared data in the matrix: grants, codes, files, services, calls."""

from typing import Any

from catalog.models import CatalogEntry
from sharing.models import InterfaceService
from sharing.services import uploads
from tests import scenes
from tests.permissions.rows import EVERYBODY, HEALTH, POLICE, SUPERVISORS, Row, only
from tests.personas import World, actor_of
from tests.sharing.using import a_file_authorization

# The title of the entry, and a name that is among its rows.
SECRET, ROW_SECRET = "居住证登记", "陈琼生"
PEOPLE = only(*(name for name in EVERYBODY if name.startswith(("police", "health", "water"))))
READERS = PEOPLE | SUPERVISORS
SIDES = POLICE | HEALTH | SUPERVISORS
HOST = only("police_cataloguer")
USERS = only("health_cataloguer", "health_head")
UNSEEN = {"refused_with": 404, "secret": SECRET}


def a_grant(world: World) -> dict[str, Any]:
    return {"pk": scenes.an_authorization(world, scenes.a_hosted_entry(world)).pk}


def a_suspension(world: World) -> dict[str, Any]:
    return {**a_grant(world), "name": "suspend"}


def a_file(world: World) -> dict[str, Any]:
    return {"pk": a_file_authorization(world).pk}


def a_service(world: World) -> dict[str, Any]:
    entry = scenes.a_hosted_entry(world)
    return {"pk": InterfaceService.objects.get(entry=entry).pk}


def a_retired_service(world: World) -> dict[str, Any]:
    found = a_service(world)
    CatalogEntry.objects.update(state="retired")
    return found


def a_switch(world: World) -> dict[str, Any]:
    return {**a_service(world), "name": "disable"}


def an_entry(world: World) -> dict[str, Any]:
    return {"pk": scenes.a_published_entry(world).pk}


def an_upload(world: World) -> dict[str, Any]:
    """A file that was checked and waits to be confirmed, the rows of its sample in sight."""
    made = uploads.upload(
        actor=actor_of(world.police_cataloguer),
        entry=scenes.a_published_entry(world),
        file_name="居住证登记.csv",
        file=scenes.csv_file(),
    )
    uploads.check(made.pk)
    return {"pk": made.pk}


ROWS = [
    Row("sharing:authorizations", allowed=READERS),
    Row("sharing:authorization", allowed=SIDES, scene=a_grant, **UNSEEN),
    Row(
        "sharing:authorization_move",
        allowed=only("coordinator"),
        seen_by=SIDES - {"coordinator"},
        scene=a_suspension,
        method="post",
        **UNSEEN,
    ),
    Row(
        "sharing:file",
        allowed=USERS,
        seen_by=SIDES - USERS,
        refused_with=404,
        scene=a_file,
        method="post",
        secret="DJ0001",
    ),
    Row("sharing:services"),
    Row("sharing:service", scene=a_service, secret=ROW_SECRET, note="-published"),
    Row(
        "sharing:service",
        allowed=POLICE | SUPERVISORS,
        scene=a_retired_service,
        note="-retired",
        **UNSEEN,
    ),
    Row("sharing:service_switch", allowed=only("coordinator"), scene=a_switch, method="post"),
    Row("sharing:data", allowed=POLICE | SUPERVISORS, scene=an_entry, secret=SECRET),
    Row("sharing:data", allowed=HOST, scene=an_entry, method="post", note="-upload"),
    Row("sharing:data_template", allowed=HOST, scene=an_entry),
    *(
        Row(f"sharing:{name}", allowed=HOST | {"auditor"}, scene=an_upload, **UNSEEN)
        for name in ("upload", "upload_progress", "upload_issues")
    ),
    *(
        Row(
            f"sharing:{name}",
            allowed=HOST,
            seen_by=only("auditor"),
            scene=an_upload,
            method="post",
            **UNSEEN,
        )
        for name in ("upload_confirm", "upload_cancel")
    ),
    Row("sharing:calls", allowed=READERS),
    Row("sharing:calls_export", allowed=READERS, method="post"),
]
