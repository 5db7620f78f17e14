"""What requests for more time plug into the kernel."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.more_time import services, transitions, worklist
from citybrain import registry, workflow
from citybrain.registry import AuditVerb

registry.audit_verbs.add(
    "catalog.more_time.asked", AuditVerb("catalog.more_time.asked", _("申请延期更新目录"), 10)
)
workflow.register(
    transitions.MORE_TIME, url=lambda request: reverse("catalog:more_time", args=[request.pk])
)
for move in ("sign", "discard"):
    registry.reactions.add(f"catalog.entry.{move}", services.lapse)
registry.panels.add("catalog.CatalogEntry", worklist.panel)
registry.worklist_sources.add("more_time", worklist.items)
