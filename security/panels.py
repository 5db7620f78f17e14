"""What security shows on the page of an entry."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry, DataItem, Project
from catalog.projects.gaps import resources_of
from citybrain.organizations.actors import Actor
from security.queries import GRADABLE, grades_of, ungraded_in

SHOWN = 8  # names of items in a line


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


def grades_of_project(request: HttpRequest, project: Project) -> dict[str, Any]:
    """Which items of the project's systems still lack the grade that its acceptance asks for."""
    entries = {entry.pk: entry for entry in resources_of(project)}
    names: dict[int, list[str]] = {}
    for item in ungraded_in(entries.values()):
        names.setdefault(item.entry_id, []).append(item.name)
    return {
        "title": _("数据分级"),
        "icon": "lock",
        "template": "security/project_panel.html",
        "context": {
            "total": DataItem.objects.filter(entry__in=entries).count(),
            "rows": [(entries[pk], len(found), found[:SHOWN]) for pk, found in names.items()],
        },
    }
