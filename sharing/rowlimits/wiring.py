"""What limits of rows plug into the kernel."""

from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.registry import AuditVerb
from sharing.rowlimits import panels

registry.audit_verbs.add(
    "sharing.application.limited",
    AuditVerb("sharing.application.limited", _("限定共享的数据范围"), 10),
)
registry.panels.add("sharing.ShareApplication", panels.rows)
