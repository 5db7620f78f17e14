"""Harvesting's lines of the matrix."""

from typing import Any

from django.utils import timezone

from catalog.models import HarvestedEntry
from tests import scenes
from tests.catalog.harvest.portals import a_source
from tests.permissions.catalog import CATALOGUERS
from tests.permissions.rows import Row, only
from tests.personas import World

SECRET = "省开放平台"


def a_police_source(world: World) -> dict[str, Any]:
    return {"pk": a_source(world, "http://127.0.0.1:8009", name=SECRET).pk}


def harvested(world: World) -> dict[str, Any]:
    link = HarvestedEntry.objects.create(
        source_id=a_police_source(world)["pk"],
        source_key="1",
        entry=scenes.a_draft(world),
        content={"summary": "甲"},
        pending={"summary": "乙"},
        unchecked=["theme"],
        seen_at=timezone.now(),
    )
    return {"pk": link.pk}


UNSEEN: dict[str, Any] = {"refused_with": 404, "secret": SECRET}
OWN = only("police_cataloguer")
ROWS = [
    Row("catalog:harvest", allowed=CATALOGUERS | {"auditor"}),
    Row("catalog:harvest_new", allowed=CATALOGUERS),
    Row("catalog:harvest_source", allowed=OWN | {"auditor"}, scene=a_police_source, **UNSEEN),
    Row(
        "catalog:harvest_edit",
        allowed=OWN,
        seen_by=only("auditor"),
        scene=a_police_source,
        **UNSEEN,
    ),
    Row(
        "catalog:harvest_run",
        allowed=OWN,
        seen_by=only("auditor"),
        scene=a_police_source,
        method="post",
        **UNSEEN,
    ),
    Row("catalog:harvested", allowed=OWN | {"auditor"}, scene=harvested, **UNSEEN),
    Row(
        "catalog:harvested_checked",
        allowed=OWN,
        seen_by=only("auditor"),
        scene=harvested,
        method="post",
        **UNSEEN,
    ),
]
