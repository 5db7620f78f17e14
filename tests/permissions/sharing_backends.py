"""Backends: the provider proposes, the bureau confirms, nobody else sees an address."""

from typing import Any

from catalog.models import CatalogEntry
from sharing.backends import services
from tests.permissions.rows import POLICE, Row, only
from tests.permissions.sharing_use import HOST, PEOPLE, an_entry
from tests.personas import World, actor_of

SECRET = "10.20.30.40"
COORDINATOR = only("coordinator")
READERS = POLICE | COORDINATOR | only("auditor")


def a_proposal(world: World) -> dict[str, Any]:
    entry = CatalogEntry.objects.get(**an_entry(world))
    made = services.propose(
        actor=actor_of(world.police_cataloguer),
        entry=entry,
        values={"kind": "upstream", "address": f"http://{SECRET}/jzz"},
        networks=["10.20.30.0/24"],
        fields=dict.fromkeys(entry.items.values_list("name", flat=True), "f"),
        filters={},
    )
    return {"pk": made.pk}


def a_confirmation(world: World) -> dict[str, Any]:
    return {**a_proposal(world), "name": "confirm"}


ROWS = [
    Row("sharing:backends", allowed=PEOPLE | COORDINATOR | only("auditor")),
    Row("sharing:backend", allowed=READERS, scene=a_proposal, refused_with=404, secret=SECRET),
    Row("sharing:backend_new", allowed=HOST, scene=an_entry),
    Row(
        "sharing:backend_move",
        allowed=COORDINATOR,
        scene=a_confirmation,
        method="post",
        data={"version": "0"},
        seen_by=READERS - COORDINATOR,
        refused_with=404,
        secret=SECRET,
    ),
]
