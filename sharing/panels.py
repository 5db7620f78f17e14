"""What sharing shows on the page of an entry."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry
from citybrain.organizations.actors import Actor
from sharing.models import InterfaceService
from sharing.offered import state_of
from sharing.policies import city_readers, service_policy
from sharing.queries import service_of


def data(request: HttpRequest, entry: CatalogEntry) -> dict[str, Any] | None:
    """The rows and the service behind the entry, and the way to upload for its own people."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    service = service_of(entry)
    own = actor.may("view_sharing", entry.department_id)
    if service is None and not (own and entry.is_published):
        return None
    return {
        "title": _("数据与接口"),
        "template": "sharing/data_panel.html",
        "context": {
            "entry": entry,
            "service": service,
            "state": state_of(service) if service else None,
            "follows": own or city_readers(actor),
            "may_upload": entry.is_published
            and service_policy.allows(actor, "host", service or InterfaceService(entry=entry)),
        },
        "icon": "database",
        "id": "data",
    }
