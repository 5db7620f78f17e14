"""The lines of delivery: both sides see what is exchanged, the consumer fetches it."""

from typing import Any

from sharing.choices import Method
from sharing.delivery import links, planning
from sharing.models import Authorization, ExchangePackage
from tests import scenes
from tests.permissions.rows import HEALTH, POLICE, SUPERVISORS, Row, only
from tests.personas import World, actor_of
from tests.sharing.using import a_file_authorization

SIDES = POLICE | HEALTH | SUPERVISORS
USERS = only("health_cataloguer", "health_head")
UNSEEN: dict[str, Any] = {"refused_with": 404, "secret": "居住证登记"}
FOR_USERS: dict[str, Any] = {"allowed": USERS, "seen_by": SIDES - USERS, **UNSEEN}


def a_grant(world: World) -> dict[str, Any]:
    entry = scenes.a_hosted_entry(world, sharing_method="batch")
    return {"pk": scenes.an_authorization(world, entry, method=Method.BATCH).pk}


def a_package(world: World) -> dict[str, Any]:
    """One in the making: whoever may fetch it is told that it is not ready."""
    grant = Authorization.objects.get(**a_grant(world))
    planning.begin_if_due(grant)
    return {"pk": ExchangePackage.objects.get(plan__authorization=grant).pk}


def a_file(world: World) -> dict[str, Any]:
    return {"pk": a_file_authorization(world).pk}


def a_link(world: World) -> dict[str, Any]:
    """Its holder need not sign in, and is told that the package is not ready."""
    return {
        "token": links.token_for("package", a_package(world)["pk"], actor_of(world.health_head))
    }


ROWS = [
    Row("sharing:exchange", allowed=SIDES, scene=a_grant, **UNSEEN),
    Row("sharing:exchange", scene=a_grant, method="post", note="-arrange", **FOR_USERS),
    Row("sharing:exchange_key", scene=a_grant, method="post", **FOR_USERS),
    Row("sharing:package_file", scene=a_package, **FOR_USERS),
    Row("sharing:package_link", scene=a_package, method="post", **FOR_USERS),
    Row("sharing:package_receive", scene=a_package, method="post", **FOR_USERS),
    Row("sharing_api:package-list", public=401),
    Row("sharing_api:package-detail", allowed=SIDES, public=401, scene=a_package, **UNSEEN),
    Row("sharing_api:package-file", public=401, scene=a_package, **FOR_USERS),
    Row("sharing_api:package-receipt", public=401, scene=a_package, method="post", **FOR_USERS),
    Row("sharing:file_link", scene=a_file, method="post", **FOR_USERS),
    Row("sharing:link", public=409, scene=a_link),
    Row(
        "sharing:link",
        allowed=only(),
        refused_with=404,
        public=404,
        scene=lambda world: {"token": "WyJmaWxlIiwxLDFd:1x:x"},
        note="-forged",
    ),
]
