"""What the catalog asks of people on the worklist."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.models import CatalogEntry
from catalog.transitions import ENTRY
from citybrain.duties.worklist import MOST_LISTED, lines
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from citybrain.workflow import of_others


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
        waiting = CatalogEntry.objects.filter(
            scope.q(), of_others(ENTRY.moves[move], actor), state=state
        )
        found += lines(
            waiting.select_related("department").defer("search"),
            action=action,
            url_name="catalog:entry",
            department=lambda entry: entry.department.short_name,
            since=lambda entry: entry.updated_at,
        )
    scope = actor.scope("compile_entries")
    if scope:
        drafts = (
            CatalogEntry.objects.filter(scope.q(), state=EntryState.DRAFT)
            .select_related("department")
            .annotate(is_new=Q(submitted_by__isnull=True))
            .order_by("is_new", "updated_at")[:MOST_LISTED]
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
