"""What the negative list plugs into the kernel."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import NegativeListEntry
from catalog.negative_list import guards, panels, transitions, worklist
from catalog.negative_list.choices import UNDER_WAY, NegativeState
from citybrain import registry, workflow
from citybrain.registry import AuditVerb, MenuItem, Permission, Takeover

for permission in (
    Permission("propose_negative_list", _("提出负面清单条目"), ("cataloguer",), "HK-13"),
    Permission("sign_negative_list", _("签发、复核负面清单条目"), ("sharing_head",), "HK-13"),
    Permission("review_negative_list", _("审核负面清单条目"), ("bureau_approver",), "HK-13"),
):
    registry.permissions.add(permission.code, permission)
for verb in (
    AuditVerb("catalog.negative_list.proposed", _("起草负面清单条目"), 10),
    AuditVerb("catalog.negative_list.changed", _("修改负面清单条目"), 10),
):
    registry.audit_verbs.add(verb.code, verb)
workflow.register(
    transitions.NEGATIVE, url=lambda line: reverse("catalog:negative_entry", args=[line.pk])
)
registry.merges.add(
    "catalog.negative_list",
    Takeover(
        _("在办和有效的负面清单条目"),
        lambda source: NegativeListEntry.objects.filter(
            department=source, state__in=(*UNDER_WAY, NegativeState.LISTED)
        ),
    ),
)
for move in ("submit", "sign", "merge"):
    registry.guards.add(f"catalog.entry.{move}", guards.listed_items_kept)
registry.panels.add("catalog.CatalogEntry", panels.negative_list)
registry.worklist_sources.add("negative_list", worklist.items)
registry.menu.add(
    "negative_list",
    MenuItem("negative_list", _("数据目录"), _("负面清单"), "catalog:negative_list", "ban"),
)
