"""What corrections plug into the kernel, into demands of the public, and into rows that are served."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citybrain import registry, workflow
from citybrain.registry import AuditVerb, MenuItem, Subject
from sharing.corrections import panels, transitions, worklist
from sharing.corrections.policies import redelivery_policy
from sharing.corrections.services import developing, public, redelivering, verifying
from sharing.sides import READERS

for verb in (
    AuditVerb("sharing.correction.reported", _("提出校核"), 10),
    AuditVerb("sharing.correction.lines_listed", _("逐行列出校核的数据"), 10),
    AuditVerb("sharing.correction.verified", _("逐行核实校核"), 10),
    AuditVerb("sharing.correction.rows_corrected", _("更正数据行"), 10),
    AuditVerb("sharing.correction.redelivered", _("告知使用单位更正的数据"), 10),
    AuditVerb("sharing.correction.developers_told", _("告知开放数据开发者更正的数据"), 10),
):
    registry.audit_verbs.add(verb.code, verb)
workflow.register(
    transitions.CORRECTION,
    url=lambda correction: reverse("sharing:correction", args=[correction.pk]),
)
registry.subjects.add(
    "sharing.Redelivery",
    Subject(
        _("更正数据"),
        lambda redelivery: reverse("sharing:redelivery", args=[redelivery.pk]),
        redelivery_policy,
    ),
)
for move in ("correct", "correct_partly"):
    registry.guards.add(f"sharing.correction.{move}", verifying.rows_are_mended)
    registry.reactions.add(f"sharing.correction.{move}", redelivering.redeliver)
    registry.reactions.add(f"sharing.correction.{move}", developing.tell_developers)
for move in ("correct", "correct_partly", "uphold"):
    registry.reactions.add(f"sharing.correction.{move}", public.answer_demand)
registry.reactions.add("sharing.data.hosted", verifying.settle)
for move in ("assign", "reassign"):
    registry.reactions.add(f"catalog.demand.{move}", public.take_up)
registry.guards.add("catalog.demand.answer", public.line_by_line)
registry.reactions.add("catalog.demand.answer", public.follow_answer)
registry.reactions.add("catalog.demand.return", public.follow_return)
registry.panels.add("catalog.Demand", panels.of_demand)
registry.worklist_sources.add("corrections", worklist.items)
registry.menu.add(
    "corrections",
    MenuItem(
        "corrections",
        _("数据共享"),
        _("数据校核"),
        "sharing:corrections",
        "message-report",
        READERS,
    ),
)
