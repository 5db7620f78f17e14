"""What sources of record say on the page of an entry (SC-19)."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.libraries.queries import sourced_elsewhere
from catalog.models import CatalogEntry


def sources_of_entry(request: HttpRequest, entry: CatalogEntry) -> dict[str, Any] | None:
    """Items that another department collects for the city: apply for them instead."""
    rows = sourced_elsewhere(entry)
    if not rows:
        return None
    return {
        "title": _("数源部门"),
        "icon": "flag",
        "template": "catalog/libraries/entry_panel.html",
        "context": {"entry": entry, "rows": rows},
    }
