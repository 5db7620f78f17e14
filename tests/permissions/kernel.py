"""The kernel's lines of the matrix: accounts, people, audit trail, duties, notices."""

from typing import Any

from citybrain.audit.services import record
from citybrain.duties.models import Duty
from citybrain.notices.models import Notice
from citybrain.notices.services import tell
from tests import scenes
from tests.permissions.rows import POLICE, Row, only
from tests.personas import World, actor_of

ADMIN = only("admin")
LOOKERS = only("admin", "auditor")
# They may look at the person of the scene, or are that person.
KNOWERS = only("auditor", "water_head")


def a_department(world: World) -> dict[str, Any]:
    return {"pk": world.water.pk}


def a_person(world: World) -> dict[str, Any]:
    return {"pk": world.water_head.pk}


def an_audit_record(world: World) -> dict[str, Any]:
    entry = scenes.a_draft(world)
    made = record("catalog.entry.changed", actor=actor_of(world.police_cataloguer), subject=entry)
    return {"pk": made.pk}


def a_duty(world: World) -> dict[str, Any]:
    scenes.a_submitted_entry(world)
    return {"pk": Duty.objects.get(rule="internal_signoff").pk}


def a_notice(world: World) -> dict[str, Any]:
    entry = scenes.a_draft(world)
    tell(
        people=[world.police_head],
        kind="catalog.entry.submit",
        title="居住证登记信息",
        body="",
        subject=entry,
    )
    return {"pk": Notice.objects.get().pk}


def a_draft_ledger(world: World) -> dict[str, Any]:
    return {"subject_type": "catalog.CatalogEntry", "pk": scenes.a_draft(world).pk}


def a_year(world: World) -> dict[str, Any]:
    return {"year": 2027}


ROWS = [
    Row("home"),
    Row("healthz", public=200),
    # --- departments and people
    Row("administration:departments", allowed=LOOKERS),
    Row("administration:department_create", allowed=ADMIN),
    Row("administration:department", allowed=LOOKERS, scene=a_department),
    Row("administration:department_change", allowed=ADMIN, scene=a_department),
    Row("administration:department_rename", allowed=ADMIN, scene=a_department),
    Row("administration:department_merge", allowed=ADMIN, scene=a_department),
    Row("administration:people", allowed=LOOKERS),
    Row("administration:person_create", allowed=ADMIN),
    Row("administration:people_import", allowed=ADMIN),
    Row("administration:people_template", allowed=ADMIN),
    Row(
        "administration:person", allowed=LOOKERS | {"water_head"}, refused_with=404, scene=a_person
    ),
    Row(
        "administration:person_change",
        allowed=ADMIN,
        refused_with=404,
        seen_by=KNOWERS,
        scene=a_person,
    ),
    Row(
        "administration:person_roles",
        allowed=ADMIN,
        refused_with=404,
        seen_by=KNOWERS,
        scene=a_person,
    ),
    Row(
        "administration:person_deactivate",
        allowed=ADMIN,
        refused_with=404,
        seen_by=KNOWERS,
        scene=a_person,
    ),
    Row(
        "administration:person_reactivate",
        allowed=ADMIN,
        refused_with=404,
        seen_by=KNOWERS,
        scene=a_person,
        method="post",
    ),
    Row(
        "administration:person_password",
        allowed=ADMIN,
        refused_with=404,
        seen_by=KNOWERS,
        scene=a_person,
        method="post",
    ),
    Row(
        "administration:person_factor",
        allowed=ADMIN,
        refused_with=404,
        seen_by=KNOWERS,
        scene=a_person,
        method="post",
    ),
    # --- own tokens
    Row("tokens:list"),
    # --- the audit trail
    Row("audit:record_list", allowed=only("auditor")),
    Row("audit:record_export", allowed=only("auditor"), method="post"),
    Row("audit:chain_head", allowed=only("auditor"), method="post"),
    Row("audit:record", allowed=only("auditor"), scene=an_audit_record, secret="居住证"),
    # --- the statutory clock
    Row("duties:duty_list"),
    Row(
        "duties:duty", allowed=POLICE | {"auditor"}, refused_with=404, scene=a_duty, secret="居住证"
    ),
    Row("parameters:parameters"),
    Row(
        "parameters:parameter",
        allowed=only("coordinator", "admin"),
        scene=lambda world: {"code": "answer_demand_days"},
    ),
    Row("duties:this_year"),
    Row("duties:calendar", scene=a_year),
    Row("duties:announce", allowed=only("coordinator"), scene=a_year),
    # --- notices
    Row("notices:inbox"),
    Row("notices:read_all", method="post"),
    Row(
        "notices:open",
        allowed=only("police_head"),
        refused_with=404,
        scene=a_notice,
        secret="居住证",
    ),
    Row(
        "notices:read", allowed=only("police_head"), refused_with=404, scene=a_notice, method="post"
    ),
    Row("notices:preferences"),
    Row("notices:deputies"),
    Row(
        "notices:ledger",
        allowed=POLICE | {"auditor"},
        refused_with=404,
        scene=a_draft_ledger,
        secret="居住证",
    ),
]
