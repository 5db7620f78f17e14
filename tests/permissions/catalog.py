"""The catalog's and security's lines of the matrix: an entry in each state that matters."""

from typing import Any

from catalog.models import ImportBatch
from tests import scenes
from tests.permissions.rows import EVERYBODY, POLICE, SUPERVISORS, Row, only
from tests.personas import World

SECRET = "居住证登记"
CATALOGUERS = only("police_cataloguer", "health_cataloguer", "water_cataloguer")
OFFICERS = only("police_security", "health_security", "water_security")
PEOPLE = only(*(name for name in EVERYBODY if name.startswith(("police", "health", "water"))))


def a_draft(world: World) -> dict[str, Any]:
    return {"pk": scenes.a_draft(world).pk}


def a_submitted(world: World) -> dict[str, Any]:
    return {"pk": scenes.a_submitted_entry(world).pk}


def a_signed(world: World) -> dict[str, Any]:
    return {"pk": scenes.a_signed_entry(world).pk}


def a_published(world: World) -> dict[str, Any]:
    return {"pk": scenes.a_published_entry(world).pk}


def moving(scene: Any, name: str) -> Any:
    return lambda world: {**scene(world), "name": name}


def a_revision(world: World) -> dict[str, Any]:
    return {**a_published(world), "number": 1}


NEWS = {"summary": "登记的新事项"}


def a_revision_draft(world: World) -> dict[str, Any]:
    return {"pk": scenes.a_revision(world, scenes.a_published_entry(world), **NEWS).pk}


def a_signed_revision(world: World) -> dict[str, Any]:
    return {"pk": scenes.a_signed_revision(world, scenes.a_published_entry(world), **NEWS).pk}


def a_batch(world: World) -> dict[str, Any]:
    batch = ImportBatch.objects.create(
        department=world.police,
        uploaded_by=world.police_cataloguer,
        file_name="居住证登记.xlsx",
        content=b"",
        state="failed",
    )
    return {"pk": batch.pk}


DRAFT = {"refused_with": 404, "secret": SECRET}
ROWS = [
    Row("catalog:search"),
    Row("catalog:own", allowed=PEOPLE),
    Row("catalog:reviews", allowed=only("approver")),
    Row("catalog:export", method="post"),
    Row("catalog:together", method="post", note="-each-entry-by-itself"),
    Row("catalog:new", allowed=CATALOGUERS),
    Row("catalog:forget_new", method="post", note="-own-unsaved-form"),
    Row("catalog:entry", allowed=POLICE | {"auditor"}, scene=a_draft, note="-draft", **DRAFT),
    Row(
        "catalog:entry",
        allowed=POLICE | SUPERVISORS,
        scene=a_submitted,
        note="-signing",
        **DRAFT,
    ),
    Row("catalog:entry", scene=a_published, note="-published"),
    Row(
        "catalog:edit",
        allowed=only("police_cataloguer"),
        seen_by=only("police_head", "police_security", "auditor"),
        scene=a_draft,
        **DRAFT,
    ),
    Row(
        "catalog:forget",
        allowed=POLICE | {"auditor"},
        scene=a_draft,
        method="post",
        note="-own-unsaved-form",
        **DRAFT,
    ),
    Row(
        "catalog:move",
        allowed=only("police_cataloguer"),
        seen_by=only("police_head", "police_security", "auditor"),
        scene=moving(a_draft, "submit"),
        method="post",
        note="-submit",
        **DRAFT,
    ),
    Row(
        "catalog:move",
        allowed=only("police_head"),
        seen_by=(POLICE | SUPERVISORS) - {"police_head"},
        scene=moving(a_submitted, "sign"),
        method="post",
        note="-sign",
        **DRAFT,
    ),
    Row(
        "catalog:move",
        allowed=only("approver"),
        seen_by=(POLICE | SUPERVISORS) - {"approver"},
        scene=moving(a_signed, "publish"),
        method="post",
        note="-publish",
        **DRAFT,
    ),
    *(
        Row(
            "catalog:move",
            allowed=only(allowed),
            seen_by=seers - {allowed},
            scene=moving(scene, name),
            method="post",
            note=f"-{name}",
            **DRAFT,
        )
        for name, scene, allowed, seers in (
            ("discard", a_draft, "police_cataloguer", POLICE | {"auditor"}),
            ("recall", a_submitted, "police_cataloguer", POLICE | SUPERVISORS),
            ("send_back", a_submitted, "police_head", POLICE | SUPERVISORS),
            ("reject", a_signed, "approver", POLICE | SUPERVISORS),
        )
    ),
    Row(
        "catalog:move",
        allowed=only("approver"),
        scene=moving(a_published, "retire"),
        method="post",
        note="-retire",
    ),
    *(
        Row(
            "catalog:move",
            allowed=only("police_cataloguer"),
            scene=moving(a_published, name),
            method="post",
            note=f"-{name}",
        )
        for name in ("revise", "revise_by_law")
    ),
    Row(
        "catalog:move",
        allowed=only("approver"),
        seen_by=(POLICE | SUPERVISORS) - {"approver"},
        scene=moving(a_signed_revision, "merge"),
        method="post",
        note="-merge",
        refused_with=404,
        secret="登记的新事项",
    ),
    Row(
        "catalog:entry",
        allowed=POLICE | {"auditor"},
        scene=a_revision_draft,
        note="-revision-draft",
        refused_with=404,
        secret="登记的新事项",
    ),
    Row("catalog:history", allowed=POLICE | {"auditor"}, scene=a_draft, **DRAFT),
    Row("catalog:edit", allowed=only("police_cataloguer"), scene=a_published, note="-published"),
    Row("catalog:revision", allowed=POLICE | SUPERVISORS, scene=a_revision),
    Row("catalog:compare", allowed=POLICE | SUPERVISORS, scene=a_published),
    Row(
        "catalog:restore",
        allowed=only("police_cataloguer"),
        scene=a_revision,
        method="post",
    ),
    Row(
        "catalog:review",
        allowed=only("approver"),
        seen_by=(POLICE | SUPERVISORS) - {"approver"},
        scene=a_signed,
        **DRAFT,
    ),
    Row("catalog:imports", allowed=CATALOGUERS | {"auditor"}),
    Row("catalog:template", allowed=CATALOGUERS),
    Row("catalog:import_new", allowed=CATALOGUERS),
    *(
        Row(
            f"catalog:{name}",
            allowed=only("police_cataloguer", "auditor"),
            scene=a_batch,
            **DRAFT,
        )
        for name in ("import", "import_progress", "import_issues", "import_annotated")
    ),
    *(
        Row(
            f"catalog:{name}",
            allowed=only("police_cataloguer"),
            seen_by=only("auditor"),
            scene=a_batch,
            method="post",
            **DRAFT,
        )
        for name in ("import_confirm", "import_cancel")
    ),
    Row("security:grading_list", allowed=OFFICERS),
    Row(
        "security:grade_entry",
        allowed=only("police_security"),
        scene=a_published,
        method="post",
        data={"accept": "all"},
        note="-published",
    ),
    Row(
        "security:grade_entry",
        allowed=only("police_security"),
        seen_by=only("police_cataloguer", "police_head", "auditor"),
        scene=a_draft,
        **DRAFT,
    ),
]
