"""What sharing shows on the page of an entry: applying for it, who uses it, its rows and service."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.choices import SharingType
from catalog.models import CatalogEntry
from catalog.negative_list.choices import Bars
from catalog.negative_list.queries import barred, why
from citybrain.organizations.actors import Actor
from sharing import application_queries
from sharing.models import InterfaceService
from sharing.offered import state_of
from sharing.policies import city_readers, service_policy
from sharing.queries import grants_of, live_application, service_of


def sharing(request: HttpRequest, entry: CatalogEntry) -> dict[str, Any] | None:
    """The way to an application for other departments; the users of it for its own people."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not entry.is_published:
        return None
    own = actor.may("view_sharing", entry.department_id)
    context: dict[str, Any] = {
        "entry": entry,
        "withheld": entry.sharing_type == SharingType.WITHHELD,
        "counts_users": own or city_readers(actor),
        "grants": grants_of(entry) if own or city_readers(actor) else [],
        **(_as_applicant(actor, entry) if not own else {}),
    }
    if not (context["counts_users"] or context.get("may_view")):
        return None
    line = barred(entry).whole(Bars.SHARING) if context.get("may_apply") else None
    context["barred"] = why(line) if line else ""
    refused = context["withheld"] or context["barred"]
    asks = context.get("may_apply") and not context["live"] and not refused
    return {
        "title": _("共享"),
        "actions": [(_("申请共享"), reverse("sharing:apply", args=[entry.pk]), "share-3")]
        if asks
        else [],
        "template": "sharing/entry_panel.html",
        "context": context,
        "icon": "share-3",
        "id": "sharing",
    }


def _as_applicant(actor: Actor, entry: CatalogEntry) -> dict[str, Any]:
    """What the actor's own department has of the entry, has asked for, and may ask for."""
    department = actor.department
    if department is None or not actor.may("view_sharing", department.pk):
        return {}
    return {
        "may_view": True,
        "live": live_application(entry, department),
        "held": application_queries.held_by(entry, department),
        "may_apply": actor.may("apply_sharing", department.pk),
    }


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
