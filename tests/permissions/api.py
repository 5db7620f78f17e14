"""The lines of the matrix for the REST API: every noun, in the states that matter."""

from typing import Any

from citybrain.duties.models import Duty
from evaluation.models import Scorecard
from sharing.services import extensions
from tests import scenes
from tests.api import results
from tests.permissions.rows import EVERYBODY, HEALTH, POLICE, SUPERVISORS, Row, only
from tests.personas import World, actor_of

ENTRY = "居住证登记"
PURPOSE = "预防接种登记"
CATALOGUERS = only("police_cataloguer", "health_cataloguer", "water_cataloguer")
PEOPLE = only(*(name for name in EVERYBODY if name.startswith(("police", "health", "water"))))


def a_code(world: World) -> dict[str, Any]:
    return {"code": world.water.code}


def a_duty(world: World) -> dict[str, Any]:
    scenes.a_submitted_entry(world)
    return {"pk": Duty.objects.get(rule="internal_signoff").pk}


def a_draft_entry(world: World) -> dict[str, Any]:
    return {"pk": scenes.a_draft(world).pk}


def a_submitted_entry(world: World) -> dict[str, Any]:
    return {"pk": scenes.a_submitted_entry(world).pk}


def a_published_entry(world: World) -> dict[str, Any]:
    return {"pk": scenes.a_published_entry(world).pk}


def a_draft_application(world: World) -> dict[str, Any]:
    return {"pk": scenes.a_draft_application(world, scenes.a_published_entry(world)).pk}


def a_delivered_application(world: World) -> dict[str, Any]:
    return {"pk": scenes.a_delivered_application(world, scenes.a_published_entry(world)).pk}


def an_extension(world: World) -> dict[str, Any]:
    """An application for which the provider has asked for more time."""
    application = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    extensions.ask(
        actor=actor_of(world.police_head), application=application, days=5, reason="核对历史数据"
    )
    return {"pk": application.pk}


def an_authorization(world: World) -> dict[str, Any]:
    return {"pk": scenes.an_authorization(world, scenes.a_published_entry(world)).pk}


def a_code_in_use(world: World) -> dict[str, Any]:
    authorization = scenes.an_authorization(world, scenes.a_published_entry(world))
    scenes.a_code(world, authorization)
    return {"pk": authorization.pk}


def moving(scene: Any, name: str) -> Any:
    return lambda world: {**scene(world), "name": name}


def a_waiting_report(world: World) -> dict[str, Any]:
    return {"pk": results.a_waiting_report().pk}


def a_finished_report(world: World) -> dict[str, Any]:
    return {"pk": results.a_finished_report(world).pk}


def a_result(world: World) -> dict[str, Any]:
    results.a_finished_report(world)
    return {"pk": Scorecard.objects.get(department=world.police).pk}


BOTH_SIDES = POLICE | HEALTH | SUPERVISORS
DRAFT_ENTRY = {"refused_with": 404, "public": 401, "secret": ENTRY}
APPLICATION = {"refused_with": 404, "public": 401, "secret": PURPOSE}
REPORT = {"allowed": SUPERVISORS, "refused_with": 404, "public": 401, "secret": "市公安局"}
GRANT = {"refused_with": 404, "public": 401, "secret": ENTRY}
ROWS = [
    # --- the kernel
    Row("api:department_list", public=401),
    Row("api:department", public=401, scene=a_code),
    Row("api:me", public=401),
    Row("api:docs"),
    Row("api:duty-list", public=401),
    Row("api:duty-detail", allowed=POLICE | {"auditor"}, scene=a_duty, **DRAFT_ENTRY),
    # --- entries
    Row("catalog_api:entry-list", public=401),
    Row("catalog_api:entry-list", allowed=PEOPLE, public=401, data={"scope": "own"}, note="-own"),
    Row("catalog_api:entry-list", allowed=CATALOGUERS, public=401, method="post", note="-new"),
    Row("catalog_api:entry-detail", public=401, scene=a_published_entry, note="-published"),
    Row(
        "catalog_api:entry-detail",
        allowed=POLICE | SUPERVISORS,
        scene=a_submitted_entry,
        note="-signing",
        **DRAFT_ENTRY,
    ),
    Row(
        "catalog_api:entry-detail",
        allowed=POLICE | {"auditor"},
        scene=a_draft_entry,
        note="-draft",
        **DRAFT_ENTRY,
    ),
    Row(
        "catalog_api:entry-detail",
        allowed=only("police_cataloguer"),
        seen_by=only("police_head", "police_security", "auditor"),
        scene=a_draft_entry,
        method="patch",
        data={"version": 0},
        note="-change",
        **DRAFT_ENTRY,
    ),
    Row(
        "catalog_api:entry-moves",
        allowed=only("police_cataloguer"),
        seen_by=only("police_head", "police_security", "auditor"),
        scene=moving(a_draft_entry, "submit"),
        method="post",
        data={"version": 0},
        note="-submit",
        **DRAFT_ENTRY,
    ),
    Row(
        "catalog_api:entry-moves",
        allowed=only("police_head"),
        seen_by=(POLICE | SUPERVISORS) - {"police_head"},
        scene=moving(a_submitted_entry, "sign"),
        method="post",
        data={"version": 1},
        note="-sign",
        **DRAFT_ENTRY,
    ),
    # --- applications: drafts are the applicant's own, delivered ones both sides' and the bureau's
    Row("sharing_api:application-list", public=401),
    Row(
        "sharing_api:application-list",
        allowed=CATALOGUERS,
        public=401,
        method="post",
        note="-new",
    ),
    Row(
        "sharing_api:application-detail",
        allowed=HEALTH | {"auditor"},
        scene=a_draft_application,
        note="-draft",
        **APPLICATION,
    ),
    Row(
        "sharing_api:application-detail",
        allowed=BOTH_SIDES,
        scene=a_delivered_application,
        note="-delivered",
        **APPLICATION,
    ),
    Row(
        "sharing_api:application-detail",
        allowed=only("health_cataloguer"),
        seen_by=only("health_head", "health_security", "auditor"),
        scene=a_draft_application,
        method="patch",
        data={"version": 0},
        note="-change",
        **APPLICATION,
    ),
    Row(
        "sharing_api:application-moves",
        allowed=only("health_cataloguer"),
        seen_by=only("health_head", "health_security", "auditor"),
        scene=moving(a_draft_application, "submit"),
        method="post",
        data={"version": 0},
        note="-submit",
        **APPLICATION,
    ),
    Row(
        "sharing_api:application-moves",
        allowed=only("police_head"),
        seen_by=BOTH_SIDES - {"police_head"},
        scene=moving(a_delivered_application, "agree"),
        method="post",
        data={"version": 2},
        note="-agree",
        **APPLICATION,
    ),
    Row(
        "sharing_api:application-extension",
        allowed=only("police_head"),
        seen_by=BOTH_SIDES - {"police_head"},
        scene=a_delivered_application,
        method="post",
        data={"days": 5, "reason": "核对历史数据"},
        **APPLICATION,
    ),
    Row(
        "sharing_api:application-extension-decision",
        allowed=only("coordinator"),
        seen_by=BOTH_SIDES - {"coordinator"},
        scene=an_extension,
        method="post",
        data={"version": 0, "consent": True},
        **APPLICATION,
    ),
    # --- authorizations
    Row("sharing_api:authorization-list", public=401),
    Row("sharing_api:authorization-detail", allowed=BOTH_SIDES, scene=an_authorization, **GRANT),
    Row(
        "sharing_api:authorization-moves",
        allowed=only("coordinator"),
        seen_by=BOTH_SIDES - {"coordinator"},
        scene=moving(an_authorization, "suspend"),
        method="post",
        data={"version": 0, "reason": "超范围使用"},
        **GRANT,
    ),
    Row(
        "sharing_api:authorization-code",
        allowed=only("health_cataloguer", "health_head"),
        seen_by=BOTH_SIDES - {"health_cataloguer", "health_head"},
        scene=an_authorization,
        method="post",
        **GRANT,
    ),
    Row(
        "sharing_api:authorization-code-revocation",
        allowed=only("health_cataloguer", "health_head", "coordinator"),
        seen_by=BOTH_SIDES - {"health_cataloguer", "health_head", "coordinator"},
        scene=a_code_in_use,
        method="post",
        data={"reason": "疑似泄露"},
        **GRANT,
    ),
    *(
        Row(
            f"sharing_api:authorization-code-{name}",
            allowed=only("health_cataloguer", "health_head", "coordinator"),
            seen_by=BOTH_SIDES - {"health_cataloguer", "health_head", "coordinator"},
            scene=a_code_in_use,
            method="post",
            data={"reason": "排查异常调用"},
            **GRANT,
        )
        for name in ("suspension", "resumption")
    ),
    Row(
        "sharing_api:authorization-code-bounds",
        allowed=only("health_cataloguer", "health_head"),
        seen_by=BOTH_SIDES - {"health_cataloguer", "health_head"},
        scene=a_code_in_use,
        method="post",
        **GRANT,
    ),
    # --- reports and results
    Row("evaluation_api:report-list", public=401),
    Row(
        "evaluation_api:report-list",
        allowed=only("evaluator"),
        public=401,
        method="post",
        data={"year": 1},
        note="-compile",
    ),
    Row("evaluation_api:report-detail", scene=a_waiting_report, note="-waiting", **REPORT),
    *(
        Row(f"evaluation_api:report-{part}", scene=a_finished_report, **REPORT)
        for part in ("detail", "facts", "document")
    ),
    Row("evaluation_api:scorecard-list", public=401),
    Row(
        "evaluation_api:scorecard-detail",
        allowed=POLICE | SUPERVISORS,
        refused_with=404,
        public=401,
        scene=a_result,
        secret="市公安局",
    ),
]
