"""What the demands of the public plug into the kernel."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.demand import transitions, worklist
from catalog.demand.choices import DemandState
from catalog.demand.policies import WATCHERS
from catalog.models import Demand
from citybrain import registry, workflow
from citybrain.duties.rules import rule_of
from citybrain.registry import AuditVerb, MenuItem, Parameter, Permission, Takeover

for permission in (
    Permission("moderate_demands", _("受理社会需求、公布答复"), ("bureau_approver",), "HK-14"),
    Permission("answer_demands", _("答复社会需求"), ("cataloguer", "sharing_head"), "HK-14"),
):
    registry.permissions.add(permission.code, permission)
registry.parameters.add(
    "answer_demand_days",
    Parameter(
        "answer_demand_days",
        _("答复社会需求的期限"),
        _("个工作日"),
        rule_of("answer_demand").days,
        least=1,
        most=60,
        article="HK-14",
    ),
)
registry.audit_verbs.add(
    "catalog.demand.received",
    AuditVerb("catalog.demand.received", _("收到社会需求"), 10, "来访地址"),
)
workflow.register(
    transitions.DEMAND, url=lambda demand: reverse("catalog:demand", args=[demand.pk])
)
registry.merges.add(
    "catalog.demands",
    Takeover(
        _("未办结的社会需求"),
        lambda source: Demand.objects.filter(
            department=source, state__in=(DemandState.ASSIGNED, DemandState.ANSWERED)
        ),
    ),
)
registry.worklist_sources.add("demands", worklist.items)
registry.menu.add(
    "demands",
    MenuItem(
        "demands",
        _("数据目录"),
        _("社会需求"),
        "catalog:demands",
        "message-report",
        permissions=("view_entries", "answer_demands", *WATCHERS),
    ),
)
