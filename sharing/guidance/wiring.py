"""What guidance and technical support plug into the kernel."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogEntry
from citybrain import registry, workflow
from citybrain.duties.rules import rule_of
from citybrain.registry import AuditVerb, MenuItem, Parameter, Takeover
from sharing.guidance import worklist
from sharing.guidance.choices import TONES, GuidanceState
from sharing.guidance.policies import guidance_policy
from sharing.guidance.transitions import GUIDANCE
from sharing.models import Authorization, GuidanceTicket, ShareApplication
from sharing.sides import READERS

SHOWN = 10  # questions on the page of an application

for rule, label in (
    ("answer_guidance", _("首次答复指导和技术支持的期限")),
    ("reply_institution", _("公共管理和服务机构答复共享申请的期限")),
):
    code = rule_of(rule).parameter
    registry.parameters.add(
        code,
        Parameter(
            code, label, _("个工作日"), rule_of(rule).days, least=1, most=60, article="HK-18"
        ),
    )
registry.audit_verbs.add(
    "sharing.guidance.asked", AuditVerb("sharing.guidance.asked", _("提出指导和技术支持"), 10)
)
workflow.register(GUIDANCE, url=lambda ticket: reverse("sharing:guidance_ticket", args=[ticket.pk]))
registry.worklist_sources.add("guidance", worklist.items)
registry.menu.add(
    "guidance",
    MenuItem("guidance", _("数据共享"), _("指导和技术支持"), "sharing:guidance", "help", READERS),
)


LIVE = GuidanceTicket.objects.exclude(state=GuidanceState.CLOSED)
registry.merges.add(
    "sharing.guidance",
    Takeover(
        _("本单位提出的指导和技术支持"),
        lambda source: LIVE.filter(department=source),
    ),
)
registry.merges.add(
    "sharing.guidance_asked",
    Takeover(
        _("待本单位答复的指导和技术支持"),
        lambda source: LIVE.filter(provider=source),
        field="provider",
    ),
)


def way_to_ask(request: HttpRequest, entry: CatalogEntry) -> dict[str, Any] | None:
    """On the page of an entry, for other departments that may apply for it."""
    actor = request.actor  # type: ignore[attr-defined]
    own = actor.department_id
    if not entry.is_published or entry.department_id == own or not actor.may("apply_sharing", own):
        return None
    return {
        "title": _("指导和技术支持"),
        "template": "sharing/guidance/panel.html",
        "context": {"entry": entry, "application": None, "found": []},
        "icon": "help",
        "id": "guidance",
    }


registry.panels.add("catalog.CatalogEntry", way_to_ask)


def of_application(request: HttpRequest, application: ShareApplication) -> dict[str, Any] | None:
    """On the page of an application: what was asked on it, and the way to ask for its applicant."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = guidance_policy.queryset(actor).filter(application=application)
    found = list(rows.order_by("-pk")[:SHOWN])
    may_ask = (
        application.department_id == actor.department_id
        and application.provider_id != actor.department_id
        and application.entry.is_published
        and actor.may("apply_sharing", actor.department_id)
    )
    if not found and not may_ask:
        return None
    return {
        "title": _("指导和技术支持"),
        "template": "sharing/guidance/panel.html",
        "context": {
            "entry": application.entry if may_ask else None,
            "application": application,
            "found": [(one, TONES[one.state]) for one in found],
        },
        "icon": "help",
        "id": "guidance",
    }


def of_authorization(request: HttpRequest, authorization: Authorization) -> dict[str, Any] | None:
    return of_application(request, authorization.application)


registry.panels.add("sharing.ShareApplication", of_application)
registry.panels.add("sharing.Authorization", of_authorization)
