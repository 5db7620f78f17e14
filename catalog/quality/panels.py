"""What data quality shows on the page of an entry."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from catalog.quality import queries
from citybrain.organizations.actors import Actor


def quality(request: HttpRequest, entry: CatalogEntry) -> dict[str, Any] | None:
    """The scores of the last check; details are for those who follow the entry."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not entry.is_published or entry.data_updated_at is None:
        return None
    check = queries.last_of(entry)
    if check is None:
        return None
    follows = entry_policy.allows(actor, "follow", entry)
    return {
        "title": _("数据质量"),
        "template": "catalog/quality/entry_panel.html",
        "context": {
            "check": check,
            "cards": queries.cards_of(check),
            "url": reverse("catalog:quality", args=[entry.pk]) if follows else "",
        },
        "icon": "gauge",
        "id": "quality",
    }
