"""What harvesting shows on the page of an entry: where it came from, and what is to be looked at."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.elements import label_of
from catalog.harvest.policies import harvested_policy
from catalog.models import CatalogEntry
from citybrain.organizations.actors import Actor


def origin(request: HttpRequest, entry: CatalogEntry) -> dict[str, Any] | None:
    """For those who compile the department's catalog."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("compile_entries", entry.department_id):
        return None
    rows = harvested_policy.queryset(actor).select_related("source")
    link = rows.filter(entry=entry.revises_id or entry.pk).first()
    if link is None:
        return None
    return {
        "title": _("采集来源"),
        "template": "catalog/harvest/panel.html",
        "context": {"link": link, "names": [label_of(name) for name in link.unchecked]},
        "icon": "world",
        "id": "harvest",
    }
