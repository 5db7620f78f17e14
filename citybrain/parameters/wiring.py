"""What the parameters plug into the kernel: who sets them, the record of it, the menu."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.parameters.services import SET
from citybrain.registry import AuditVerb, MenuItem, Permission, Subject

registry.permissions.add(
    SET, Permission(SET, _("设定办理参数"), ("bureau_coordinator", "bureau_admin"))
)
registry.audit_verbs.add("parameters.set", AuditVerb("parameters.set", _("设定办理参数"), 30))
registry.subjects.add(
    "parameters.ParameterValue",
    Subject(_("办理参数"), lambda value: reverse("parameters:parameters")),
)
registry.menu.add(
    "parameters",
    MenuItem(
        "parameters",
        _("管理"),
        _("办理参数"),
        "parameters:parameters",
        "adjustments",
        permissions=(SET, "supervise"),
    ),
)
