"""What the register of information systems plugs into the kernel."""

from django.utils.translation import gettext_lazy as _

from catalog import mergers
from catalog.models import InformationSystem
from catalog.policies import FOLLOWERS
from catalog.systems import panels
from catalog.systems.queries import detail_url
from catalog.systems.transitions import SYSTEM
from citybrain import registry, workflow
from citybrain.registry import AuditVerb, MenuItem, Permission, Takeover

registry.permissions.add(
    "register_systems",
    Permission("register_systems", _("登记信息系统和项目"), ("cataloguer",), "HK-12"),
)
for verb in (
    AuditVerb("catalog.system.registered", _("登记信息系统"), 10),
    AuditVerb("catalog.system.changed", _("修改信息系统"), 10),
):
    registry.audit_verbs.add(verb.code, verb)
workflow.register(SYSTEM, url=detail_url)
registry.merges.add(
    "catalog.systems",
    Takeover(
        _("信息系统"),
        lambda source: InformationSystem.objects.filter(department=source),
        clashes=mergers.systems_of_one_name,
    ),
)
registry.menu.add(
    "systems",
    MenuItem(
        "systems",
        _("系统和项目"),
        _("信息系统"),
        "catalog:systems",
        "server",
        permissions=FOLLOWERS,
    ),
)
registry.panels.add("catalog.CatalogEntry", panels.system_of_entry)
