"""What the negative list shows on the page of an entry."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry, NegativeListEntry
from catalog.models.entry import GONE
from catalog.negative_list import queries
from catalog.negative_list.policies import negative_policy
from citybrain.organizations.actors import Actor


def negative_list(request: HttpRequest, entry: CatalogEntry) -> dict[str, Any] | None:
    """What of the entry is barred and on which ground, and the way to propose it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    lines = queries.lines_of(entry, actor)
    draft = NegativeListEntry(entry=entry, department=entry.department)
    may_propose = (
        entry.revises_id is None
        and entry.state not in GONE
        and negative_policy.allows(actor, "propose", draft)
    )
    watches = may_propose or actor.holds("review_negative_list")
    unlisted = watches and not lines and queries.is_unlisted(entry)
    if not (lines or may_propose or unlisted):
        return None
    return {
        "title": _("负面清单"),
        "template": "catalog/negative_list/entry_panel.html",
        "context": {
            "lines": lines,
            "unlisted": unlisted,
            "propose_url": reverse("catalog:negative_new", args=[entry.pk]) if may_propose else "",
        },
        "icon": "ban",
        "id": "negative-list",
    }
