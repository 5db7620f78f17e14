"""What describing and trying out of services plugs into the kernel."""

from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.registry import AuditVerb

registry.audit_verbs.add(
    "sharing.interface.tried", AuditVerb("sharing.interface.tried", _("在线试调接口服务"), 10)
)
