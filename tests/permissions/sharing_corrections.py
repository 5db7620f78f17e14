"""Corrections in the matrix: reporting, verifying, correcting rows, what users are told."""

from typing import Any

from catalog.models import CatalogEntry
from sharing.corrections.reported import Reported
from sharing.corrections.services import reporting, verifying
from sharing.corrections.services.verifying import Found
from sharing.models import CorrectionRequest, Redelivery
from tests import scenes
from tests.permissions.rows import HEALTH, POLICE, SUPERVISORS, Row, only
from tests.permissions.sharing_use import READERS, ROW_SECRET, SIDES, UNSEEN
from tests.personas import World, actor_of

HOST = only("police_cataloguer")
REPORTER = only("health_cataloguer")
KEY = {"登记编号": "DJ0001"}


def a_used_entry(world: World) -> dict[str, Any]:
    entry = scenes.a_hosted_entry(world)
    scenes.an_authorization(world, entry)
    return {"pk": entry.pk}


def a_correction(world: World) -> dict[str, Any]:
    used = CatalogEntry.objects.get(**a_used_entry(world))
    made = reporting.report(
        actor=actor_of(world.health_cataloguer), entry=used, items=["登记日期"], problem="有误"
    )
    return {"pk": made.pk}


def an_answer(world: World) -> dict[str, Any]:
    return {**a_correction(world), "name": "correct"}


def a_redelivery(world: World) -> dict[str, Any]:
    used = CatalogEntry.objects.get(**a_used_entry(world))
    line = Reported(1, KEY, "", "登记日期", "2025-03-01", "2025-03-09")
    found = reporting.report(actor=actor_of(world.health_cataloguer), entry=used, lines=[line])
    given: dict[str, Any] = {"actor": actor_of(world.police_cataloguer), "correction": found}
    verifying.verify(**given, found={1: Found("confirmed", value="2025-03-09")})
    verifying.correct_rows(**given)
    found = CorrectionRequest.objects.get()
    verifying.answer(**{**given, "correction": found}, name="correct", text="已更正")
    return {"pk": Redelivery.objects.get().pk}


ROWS = [
    Row("sharing:corrections", allowed=READERS),
    Row("sharing:corrections_export", allowed=READERS, method="post"),
    *(
        Row(f"sharing:{name}", allowed=REPORTER, scene=a_used_entry, secret=ROW_SECRET)
        for name in ("correction_new", "correction_template")
    ),
    Row("sharing:correction", allowed=SIDES, scene=a_correction, **UNSEEN),
    Row(
        "sharing:correction_lines", allowed=HOST, seen_by=SIDES - HOST, scene=a_correction, **UNSEEN
    ),
    *(
        Row(
            f"sharing:{name}",
            allowed=HOST,
            seen_by=SIDES - HOST,
            scene=a_correction,
            method="post",
            **UNSEEN,
        )
        for name in ("correction_verify", "correction_rows")
    ),
    Row(
        "sharing:correction_move",
        allowed=HOST,
        seen_by=SIDES - HOST,
        scene=an_answer,
        method="post",
        **UNSEEN,
    ),
    Row(
        "sharing:redelivery",
        allowed=POLICE | HEALTH | SUPERVISORS,
        scene=a_redelivery,
        **UNSEEN,
    ),
    # --- over the API
    Row("sharing_api:correction-list", public=401),
    Row(
        "sharing_api:correction-list",
        allowed=REPORTER | only("police_cataloguer", "water_cataloguer"),
        method="post",
        public=401,
        note="-report",
    ),
    Row(
        "sharing_api:correction-detail",
        allowed=SIDES,
        scene=a_correction,
        public=401,
        **UNSEEN,
    ),
    Row(
        "sharing_api:correction-moves",
        allowed=HOST,
        seen_by=SIDES - HOST,
        scene=an_answer,
        method="post",
        data={"version": 0, "reason": "已更正"},
        public=401,
        **UNSEEN,
    ),
]
