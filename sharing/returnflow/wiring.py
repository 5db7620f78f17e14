"""What the return flow plugs into the kernel and into the pages of entries."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogEntry
from citybrain import registry, workflow
from citybrain.duties.rules import rule_of
from citybrain.registry import AuditVerb, MenuItem, Parameter, Permission, Subject, Takeover
from sharing.attachments import attachable
from sharing.models import ReturnNeed, ReturnReceipt
from sharing.returnflow import worklist
from sharing.returnflow.choices import OPEN_NEEDS
from sharing.returnflow.policies import MANAGE, need_policy, receipt_policy
from sharing.returnflow.services import needs
from sharing.returnflow.services.packages import SIGN
from sharing.returnflow.transitions import DISTRIBUTE, FILE, NEED, PACKAGE
from sharing.sides import READERS

registry.permissions.add(
    MANAGE, Permission(MANAGE, _("办理数据回流"), ("bureau_coordinator",), "SC-24")
)
for verb in (
    AuditVerb("sharing.need.drafted", _("起草上行数据需求"), 10),
    AuditVerb("sharing.need.changed", _("修改上行数据需求"), 10),
    AuditVerb("sharing.return_package.registered", _("登记回流数据包"), 10),
    AuditVerb("sharing.return_receipt.fetched", _("下载回流数据"), 10),
    AuditVerb("sharing.return_receipt.received", _("签收回流数据"), 10),
):
    registry.audit_verbs.add(verb.code, verb)
for rule, label in (
    (FILE, _("向省级报送数据需求的期限")),
    (DISTRIBUTE, _("下发回流数据的期限")),
    (SIGN, _("签收回流数据的期限")),
):
    code = rule_of(rule).parameter
    registry.parameters.add(
        code, Parameter(code, label, _("个工作日"), rule_of(rule).days, least=1, most=30)
    )


def need_page(need: ReturnNeed) -> str:
    return reverse("sharing:need", args=[need.pk])


workflow.register(NEED, url=need_page)
attachable.register("need", attachable.Attachable(need_policy, needs.may_add_papers, need_page))
workflow.register(PACKAGE, url=lambda one: reverse("sharing:return_package", args=[one.pk]))
registry.subjects.add(
    "sharing.ReturnReceipt",
    Subject(
        _("回流数据"),
        lambda receipt: reverse("sharing:return_receipt", args=[receipt.pk]),
        receipt_policy,
        {SIGN: frozenset({"use_authorizations"})},
    ),
)
registry.worklist_sources.add("returnflow", worklist.items)
registry.menu.add(
    "returnflow",
    MenuItem(
        "returnflow",
        _("数据共享"),
        _("数据回流"),
        "sharing:returnflow",
        "arrow-back-up",
        (*READERS, MANAGE),
    ),
)
registry.merges.add(
    "sharing.needs",
    Takeover(
        _("未办结的上行数据需求"),
        lambda source: ReturnNeed.objects.filter(department=source, state__in=OPEN_NEEDS),
    ),
)
registry.merges.add(
    "sharing.return_receipts",
    Takeover(
        _("待签收的回流数据"),
        lambda source: ReturnReceipt.objects.filter(department=source, received_at=None),
    ),
)


def way_to_register(request: HttpRequest, entry: CatalogEntry) -> dict[str, Any] | None:
    """On the page of a published entry, for whoever registers what came down."""
    actor = request.actor  # type: ignore[attr-defined]
    if not entry.is_published or not actor.scope(MANAGE).everywhere:
        return None
    return {
        "title": _("数据回流"),
        "template": "sharing/returnflow/panel.html",
        "context": {"entry": entry},
        "icon": "arrow-back-up",
        "id": "returnflow",
    }


registry.panels.add("catalog.CatalogEntry", way_to_register)
