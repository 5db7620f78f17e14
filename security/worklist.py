"""What security asks of people on the worklist."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry, DataItem
from citybrain.duties.worklist import MOST_LISTED
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from security.queries import GRADABLE, in_force


def items(actor: Actor) -> list[WorkItem]:
    """Entries being compiled or signed whose items this actor has still to grade."""
    scope = actor.scope("confirm_grades")
    if not scope:
        return []
    ungraded = DataItem.objects.filter(entry=OuterRef("pk")).exclude(
        Exists(in_force().filter(item=OuterRef("pk")))
    )
    entries = (
        CatalogEntry.objects.filter(scope.q(), Exists(ungraded), state__in=GRADABLE)
        .select_related("department")
        .order_by("updated_at")[:MOST_LISTED]
    )
    return [
        WorkItem(
            title=str(entry),
            action=_("确认分级"),
            url=reverse("security:grade_entry", args=[entry.pk]),
            department_name=entry.department.short_name,
            since=entry.updated_at,
        )
        for entry in entries
    ]
