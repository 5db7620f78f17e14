"""What the register shows on the page of an entry."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry, InformationSystem
from catalog.systems.policies import system_policy
from catalog.systems.queries import detail_url
from citybrain.organizations.actors import Actor
from citybrain.ui import Attribute


def system_of_entry(request: HttpRequest, entry: CatalogEntry) -> dict[str, Any] | None:
    """The registered system that the entry comes from, for those who may see the register."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if entry.system_id is None:
        return None
    rows = InformationSystem.objects.filter(system_policy.visible(actor), pk=entry.system_id)
    system = rows.first()
    if system is None:
        return None
    return {
        "title": _("所属信息系统"),
        "attributes": [
            Attribute(_("系统名称"), system.name, url=detail_url(system)),
            Attribute(_("状态"), system.get_state_display()),
            Attribute(_("所在网络"), system.get_network_display()),
            Attribute(_("共享交换平台"), system.get_platform_display()),
        ],
    }
