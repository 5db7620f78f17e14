"""What disputes plug into the kernel and beside applications and authorizations."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citybrain import registry, workflow
from citybrain.registry import AuditVerb, MenuItem, Permission, Takeover
from sharing.attachments import attachable
from sharing.disputes import bundle, panels, services, transitions, worklist
from sharing.disputes.policies import dispute_policy
from sharing.models import Dispute
from sharing.sides import READERS

for permission in (
    Permission("raise_disputes", _("提出、答复共享争议"), ("sharing_head",), "SC-28"),
    Permission("decide_disputes", _("决定共享争议"), ("city_reader",), "SC-28"),
):
    registry.permissions.add(permission.code, permission)
for verb in (
    AuditVerb("sharing.dispute.raised", _("提出共享争议"), 10),
    AuditVerb("sharing.dispute.expert_asked", _("就争议咨询专家"), 10),
    AuditVerb("sharing.dispute.expert_answered", _("记录专家意见"), 10),
    AuditVerb(bundle.BUNDLED, _("导出争议材料包"), 10),
):
    registry.audit_verbs.add(verb.code, verb)


def page(dispute: Dispute) -> str:
    return reverse("sharing:dispute", args=[dispute.pk])


workflow.register(transitions.DISPUTE, url=page)
attachable.register("dispute", attachable.Attachable(dispute_policy, services.may_add_papers, page))
for field, label in (
    ("department", _("本单位提出的在办争议")),
    ("respondent", _("对本单位提出的在办争议")),
    ("provider", _("本单位作为提供方的在办争议")),
):
    registry.merges.add(
        f"sharing.disputes_{field}",
        Takeover(label, services.unfinished_of(field), field=field),
    )
registry.panels.add("sharing.ShareApplication", panels.of_application)
registry.panels.add("sharing.Authorization", panels.of_authorization)
registry.worklist_sources.add("disputes", worklist.items)
registry.menu.add(
    "disputes",
    MenuItem("disputes", _("数据共享"), _("共享争议"), "sharing:disputes", "gavel", READERS),
)
