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
from sharing.guidance.choices import GuidanceState
from sharing.guidance.transitions import GUIDANCE
from sharing.models import GuidanceTicket
from sharing.sides import READERS

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
        "context": {"entry": entry},
        "icon": "help",
        "id": "guidance",
    }


registry.panels.add("catalog.CatalogEntry", way_to_ask)
