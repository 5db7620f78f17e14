"""The lines of the matrix of the rights of use."""

from typing import Any

from sharing.models import UseReport
from sharing.rights import matters
from sharing.services import authorizations
from tests import scenes
from tests.permissions.rows import EVERYBODY, HEALTH, POLICE, SUPERVISORS, Row, only
from tests.personas import World, actor_of

PEOPLE = only(*(name for name in EVERYBODY if name.startswith(("police", "health", "water"))))
SIDES = POLICE | HEALTH | SUPERVISORS
USERS = only("health_cataloguer", "health_head")
HIDDEN = {"refused_with": 404, "secret": "居住证登记"}


def a_grant(world: World) -> dict[str, Any]:
    return {"pk": scenes.an_authorization(world, scenes.a_published_entry(world)).pk}


def a_report(world: World) -> dict[str, Any]:
    """After the end of a use, the consumer owes the certificate."""
    authorizations.move(
        "finish",
        actor=actor_of(world.health_cataloguer),
        authorization=scenes.an_authorization(world, scenes.a_published_entry(world)),
        reason="不再需要",
    )
    return {"pk": UseReport.objects.get().pk}


ROWS = [
    Row("sharing:use_reports", allowed=PEOPLE | SUPERVISORS, scene=lambda world: {}),
    Row("sharing:idle", allowed=SUPERVISORS),
    Row("sharing:use_report", allowed=SIDES, scene=a_report, **HIDDEN),
    Row(
        "sharing:use_report_move",
        allowed=USERS,
        seen_by=SIDES - USERS,
        scene=lambda world: {**a_report(world), "name": "certify"},
        method="post",
        data={"storage": "一份", "destruction": "覆写"},
        **HIDDEN,
    ),
    Row(
        "sharing:undertake",
        allowed=USERS,
        seen_by=SIDES - USERS,
        scene=a_grant,
        method="post",
        data={"wording": "2026-1"},
        **HIDDEN,
    ),
]


def a_matter(world: World) -> dict[str, Any]:
    grant = scenes.an_authorization(world, scenes.a_published_entry(world))
    made = matters.raise_matter(
        actor=actor_of(world.police_head), authorization=grant, kind="misuse", text="超范围使用"
    )
    return {"pk": made.pk}


RAISERS = only("police_head", "coordinator")
ROWS += [
    Row("sharing:matters", allowed=PEOPLE | SUPERVISORS),
    Row("sharing:matter", allowed=SIDES, scene=a_matter, **HIDDEN),
    Row(
        "sharing:matter_new",
        allowed=RAISERS,
        seen_by=SIDES - RAISERS,
        scene=lambda world: {**a_grant(world), "kind": "misuse"},
        **HIDDEN,
    ),
    Row(
        "sharing:matter_move",
        allowed=USERS,
        seen_by=SIDES - USERS,
        scene=lambda world: {**a_matter(world), "name": "report"},
        method="post",
        data={"response": "已整改"},
        **HIDDEN,
    ),
]
