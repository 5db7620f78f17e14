"""What pages of moving objects have in common: buttons, history, and making a move from a form."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from citybrain import registry, workflow
from citybrain.audit.models import StateChange
from citybrain.audit.services import history_of
from citybrain.labels import article_label
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict, Refused
from citybrain.stateful import StatefulModel
from citybrain.typed import whole_number
from citybrain.ui import FailedMove, Move, Panel, TimelineEntry
from citybrain.workflow import Machine
from citybrain.workflow import Move as MachineMove

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
            requires=[
                (wanted, move.labels[wanted]) if wanted in move.labels else wanted
                for wanted in move.requires
            ],
            url=reverse(url_name, args=[obj.pk, move.name]),
            basis=article_label(move.basis),
        )
        for move in workflow.available(machine, obj, actor)
    ]


def timeline(
    obj: StatefulModel, states: Mapping[str, Any], *, without: Collection[str] = ()
) -> list[TimelineEntry]:
    """The object's moves, newest first, save those named in `without`.

    `states` gives the Chinese name of each state.
    """
    changes = (change for change in reversed(history_of(obj)) if change.move not in without)
    return [_entry(change, states) for change in changes]


def panels_of(request: HttpRequest, obj: Model) -> list[Panel]:
    """What the apps have registered to say on the page of the object."""
    given = (panel(request, obj) for panel in registry.panels.on(obj._meta.label))
    return [Panel(**one) for one in given if one is not None]


def _entry(change: StateChange, states: Mapping[str, Any]) -> TimelineEntry:
    return TimelineEntry(
        label=change.label,
        at=change.at,
        who=change.actor_name,
        department=change.department.short_name if change.department else "",
        to_label=states.get(change.new, change.new),
        reason=change.reason,
        basis=article_label(change.basis),
    )


def way_back(request: HttpRequest, otherwise: str) -> str:
    """The page of this portal that the form names in `next`: where its button was."""
    url = request.POST.get("next", "")
    inside = url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if inside else otherwise


def posted_version(request: HttpRequest) -> int | None:
    """The version that the person had before their eyes, as the form brought it back."""
    return whole_number(request.POST.get("version", ""), most=9)


def posted_inputs(request: HttpRequest, move: MachineMove) -> dict[str, str]:
    """The words that the move asks for, as the form brought them; "" for those it did not."""
    return {name: request.POST.get(name, "") for name in move.requires}


def attempt(
    request: HttpRequest,
    do: Callable[[], object],
    *,
    done: str,
    back: str | Callable[[], str],
) -> HttpResponse:
    """Calls `do` and goes back to `back` with what came of it.

    Where one can go may depend on what was done: then `back` is called afterwards.

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
    return redirect(back() if callable(back) else back)


def attempt_move(
    request: HttpRequest,
    name: str,
    do: Callable[[], object],
    *,
    done: str,
    back: str | Callable[[], str],
    again: Callable[[FailedMove, int], HttpResponse],
) -> HttpResponse:
    """As `attempt`, for a move whose form asks for words: they are not lost.

    `again` renders the page with the form as it was typed and the status: 422 when something is
    missing or a guard objects, 409 when somebody was quicker. Refused permissions pass through.
    """
    typed = {key: str(value) for key, value in request.POST.items() if "csrf" not in key}
    beside: dict[str, str] = {}
    status = 422
    try:
        do()
    except ValidationError as error:
        fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        beside = {field: " ".join(texts) for field, texts in fields.items() if field in typed}
        above = [text for field in fields if field not in typed for text in fields[field]]
    except Refused as refused:
        above = refused.reasons
    except Conflict as conflict:
        above, status = [str(conflict)], 409
        # The move may be gone from the page by now, and its form with it.
        words = "；".join(value for key, value in typed.items() if key != "version" and value)
        if words:
            above.append(_("您填写的内容没有提交：%s") % words)
    else:
        messages.success(request, done)
        return redirect(back() if callable(back) else back)
    for text in above:
        messages.error(request, text)
    return again(FailedMove(name, beside, typed), status)


def error_texts(error: ValidationError) -> list[str]:
    """The sentences of a ValidationError, whichever way it was made."""
    return [str(text) for text in error.messages]
