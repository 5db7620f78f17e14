"""The worklist 待办: everything that waits for a person, from all apps, by due date.

Each app contributes a source (registry.worklist_sources) that answers for an actor. What the actor
may do in their own right and what they do for somebody who is away (AB角) is told apart by asking
the sources twice, as the person alone and as those they stand in for; only deputies pay for that.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from citybrain import registry
from citybrain.duties.models import Duty
from citybrain.duties.queries import deadline_of
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from citybrain.ui import Deadline


@dataclass(frozen=True)
class Row:
    """A work item with the clock that runs on it, as the page shows it."""

    item: WorkItem
    deadline: Deadline | None

    @property
    def standing(self) -> str:
        """due, soon, today, overdue or paused; empty without a clock."""
        return self.deadline.state if self.deadline else ""


def worklist(actor: Actor) -> list[Row]:
    """What waits for the actor, the most urgent first; what has no deadline comes last.

    Costs the queries of the sources, whatever they find.
    """
    if not actor.principal_ids:
        return _sorted(_ask(actor))
    own = _ask(_with_rights_of(actor, [actor.user_id] if actor.user_id else []))
    known = {(item.url, str(item.action)) for item in own}
    deputised = [
        replace(item, deputised=True)
        for item in _ask(_with_rights_of(actor, actor.principal_ids))
        if (item.url, str(item.action)) not in known
    ]
    return _sorted([*own, *deputised])


def _ask(actor: Actor) -> list[WorkItem]:
    return [item for source in registry.worklist_sources for item in source(actor)]


def _with_rights_of(actor: Actor, user_ids: Collection[int]) -> Actor:
    """The same person with the rights of these people alone.

    Who they are stays, so that what they submitted is never offered to them for decision.
    """
    return Actor(
        name=actor.name,
        user=actor.user,
        department=actor.department,
        ip=actor.ip,
        request_id=actor.request_id,
        scopes=actor.standing.scopes_of(user_ids),
    )


def _sorted(items: Iterable[WorkItem]) -> list[Row]:
    rows = [Row(item, _deadline(item.duty)) for item in items]
    return sorted(rows, key=lambda row: (_due(row.deadline), _moment(row.item.since)))


def _deadline(duty: Any) -> Deadline | None:
    return deadline_of(duty) if isinstance(duty, Duty) else duty


def _due(deadline: Deadline | None) -> date:
    if deadline is None:
        return date.max
    due = deadline.due_on
    return timezone.localdate(due) if isinstance(due, datetime) else due


def _moment(since: date | datetime | None) -> datetime:
    if isinstance(since, datetime):
        return since
    return timezone.make_aware(datetime.combine(since or timezone.localdate(), time.min))
