"""What the page of an entry says of its being open."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry
from catalog.opendata import addresses
from catalog.opendata.policies import free_items, open_entries, open_items
from catalog.opendata.rows import objections, rows_of
from catalog.policies import entry_policy
from citybrain.organizations.actors import Actor


def open_data(request: HttpRequest, entry: CatalogEntry) -> dict[str, Any] | None:
    """Where the public reads the entry, and whether it gets the rows; for those who follow it why not."""
    if not entry.is_published or not open_entries().filter(pk=entry.pk).exists():
        return None
    actor: Actor = request.actor  # type: ignore[attr-defined]
    follows = entry_policy.allows(actor, "follow", entry)
    rows = rows_of(entry)
    reasons = objections(entry, actor) if follows and free_items(entry) else []
    context = {
        "url": addresses.dataset_path(entry),
        "rows": rows,
        "items": len(open_items(entry)),
        "reasons": reasons,
    }
    return {
        "title": _("向社会开放"),
        "icon": "world",
        "template": "catalog/opendata/panel.html",
        "context": context,
    }
