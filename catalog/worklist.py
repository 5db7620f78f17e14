"""What the catalog asks of people on the worklist."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.models import CatalogEntry
from catalog.transitions import ENTRY
from citybrain.duties import queries as duty_queries
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from citybrain.workflow import of_others

LIMIT = 50


def items(actor: Actor) -> list[WorkItem]:
    """Entries waiting for this actor's signature or approval, and drafts, returned ones first."""
    found: list[WorkItem] = []
    for state, move, permission, action in (
        (EntryState.SIGNING, "sign", "sign_entries", _("签发")),
        (EntryState.REVIEWING, "publish", "approve_entries", _("审核")),
    ):
        scope = actor.scope(permission)
        if not scope:
            continue
        entries = list(
            CatalogEntry.objects.filter(scope.q(), of_others(ENTRY.moves[move], actor), state=state)
            .select_related("department")
            .order_by("updated_at")[:LIMIT]
        )
        duties = duty_queries.open_by_subject(entries)
        found += [
            WorkItem(
                title=str(entry),
                action=action,
                url=reverse("catalog:entry", args=[entry.pk]),
                department_name=entry.department.short_name,
                since=entry.updated_at,
                duty=duties.get(entry.pk),
            )
            for entry in entries
        ]
    scope = actor.scope("compile_entries")
    if scope:
        drafts = (
            CatalogEntry.objects.filter(scope.q(), state=EntryState.DRAFT)
            .select_related("department")
            .annotate(is_new=Q(submitted_by__isnull=True))
            .order_by("is_new", "updated_at")[:LIMIT]
        )
        found += [
            WorkItem(
                title=str(entry),
                action=_("完善后提交签发")
                if entry.submitted_by_id is None
                else _("修改后重新提交"),
                url=reverse("catalog:entry", args=[entry.pk]),
                department_name=entry.department.short_name,
                since=entry.updated_at,
            )
            for entry in drafts
        ]
    return found
