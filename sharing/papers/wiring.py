"""Every answer is put into a numbered document, in the transaction in which it is given."""

from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.registry import AuditVerb
from sharing.papers import services

registry.audit_verbs.add(
    "sharing.paper.issued", AuditVerb("sharing.paper.issued", _("出具答复文书"), 10)
)
for move in ("agree", "refuse"):
    registry.reactions.add(f"sharing.application.{move}", services.issue)
