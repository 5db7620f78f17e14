"""Requests for more time that wait for the bureau, and the panel on the revision's page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry, MoreTimeRequest
from catalog.models.more_time import MoreTimeState
from catalog.more_time import services
from catalog.more_time.policies import more_time_policy
from catalog.more_time.transitions import MORE_TIME
from citybrain.duties.worklist import MOST_LISTED
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from citybrain.workflow import of_others


def items(actor: Actor) -> list[WorkItem]:
    """Requests that this actor may consent to, oldest first."""
    scope = actor.scope("approve_entries")
    if not scope:
        return []
    rows = MoreTimeRequest.objects.filter(
        scope.q("entry__department"),
        of_others(MORE_TIME.moves["grant"], actor),
        state=MoreTimeState.ASKED,
    ).select_related("entry__department")
    return [
        WorkItem(
            title=_("%(entry)s延期%(days)d个工作日") % {"entry": one.entry, "days": one.days},
            action=_("同意或者不同意延期"),
            url=reverse("catalog:more_time", args=[one.pk]),
            department_name=one.entry.department.short_name,
            since=one.asked_at,
        )
        for one in rows.order_by("asked_at")[:MOST_LISTED]
    ]


def panel(request: HttpRequest, entry: CatalogEntry) -> dict[str, Any] | None:
    """On a revision under a deadline: what was asked for, or the way to ask."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if entry.revises_id is None:
        return None
    asked = more_time_policy.queryset(actor).filter(entry=entry).first()
    may_ask = more_time_policy.allows(actor, "ask", MoreTimeRequest(entry=entry))
    may_ask = may_ask and not services.obstacle(entry)
    if asked is None and not may_ask:
        return None
    return {
        "title": _("延期更新"),
        "template": "catalog/more_time/panel.html",
        "context": {"asked": asked, "entry": entry},
        "icon": "hourglass",
        "id": "more-time",
    }
