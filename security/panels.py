"""What security shows on the page of an entry."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry
from citybrain.organizations.actors import Actor
from security.queries import GRADABLE, grades_of


def grades(request: HttpRequest, entry: CatalogEntry) -> dict[str, Any]:
    """The grade, category and masking of each item, and the way to the form for its officer."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    items = list(entry.items.all())
    graded = grades_of(items)
    return {
        "title": _("数据分级"),
        "template": "security/entry_panel.html",
        "context": {
            "entry": entry,
            "lines": [(item, graded.get(item.pk)) for item in items],
            "waiting": len(graded) < len(items),
            "may_grade": actor.may("confirm_grades", entry.department_id)
            and entry.state in GRADABLE,
        },
    }
