"""What pages of moving objects have in common: buttons, history, and making a move from a form."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from citybrain import workflow
from citybrain.audit.models import StateChange
from citybrain.audit.services import history_of
from citybrain.organizations.actors import Actor
from citybrain.refusals import Refused
from citybrain.stateful import StatefulModel
from citybrain.ui import Move, TimelineEntry
from citybrain.workflow import Machine

PER_PAGE = 20


class ActorRequest(HttpRequest):
    """A request as ActorMiddleware leaves it."""

    actor: Actor


def page_of(
    request: HttpRequest, rows: "QuerySet[Any] | Sequence[Any]", size: int = PER_PAGE
) -> Page[Any]:
    """The page that `?page=` asks for, or the nearest there is."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def buttons(machine: Machine, obj: StatefulModel, actor: Actor, url_name: str) -> list[Move]:
    """The moves open to this actor now, for `{% moves %}`; each posts to its own address."""
    return [
        Move(
            name=move.name,
            label=move.label,
            tone=move.tone,  # type: ignore[arg-type]
            requires=move.requires,
            url=reverse(url_name, args=[obj.pk, move.name]),
            basis=move.basis,
        )
        for move in workflow.available(machine, obj, actor)
    ]


def timeline(obj: StatefulModel, states: Mapping[str, Any]) -> list[TimelineEntry]:
    """The object's moves, newest first; `states` gives the Chinese name of each state."""
    return [_entry(change, states) for change in reversed(history_of(obj))]


def _entry(change: StateChange, states: Mapping[str, Any]) -> TimelineEntry:
    return TimelineEntry(
        label=change.label,
        at=change.at,
        who=change.actor_name,
        department=change.department.short_name if change.department else "",
        to_label=states.get(change.new, change.new),
        reason=change.reason,
        basis=change.basis,
    )


def posted_version(request: HttpRequest) -> int | None:
    """The version that the person had before their eyes, as the form brought it back."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def attempt(
    request: HttpRequest, do: Callable[[], object], *, done: str, back: str
) -> HttpResponse:
    """Calls `do` and goes back to `back` with what came of it.

    Refusals by guards and missing inputs are shown there as messages. Conflicts and refused
    permissions pass through: they have pages of their own (409, 403).
    """
    try:
        do()
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, reason)
    except ValidationError as error:
        for text in error_texts(error):
            messages.error(request, text)
    else:
        messages.success(request, done)
    return redirect(back)


def error_texts(error: ValidationError) -> list[str]:
    """The sentences of a ValidationError, whichever way it was made."""
    return [str(text) for text in error.messages]
