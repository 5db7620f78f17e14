"""The list of what one watches, and the buttons that add to it and take from it."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Watch
from catalog.watching import queries, services
from catalog.watching.choices import MOST, NAME_CHARACTERS, WatchKind
from citybrain.organizations.actors import Actor
from citybrain.pages import ActorRequest, attempt, way_back


@login_required
@require_safe
def watches(request: ActorRequest) -> HttpResponse:
    return _list(request)


def _list(request: ActorRequest, status: int = 200, **more: object) -> HttpResponse:
    context = {
        "lines": queries.listed(request.actor),
        "most": MOST,
        "name_characters": NAME_CHARACTERS,
        **more,
    }
    return render(request, "catalog/watching/list.html", context, status=status)


@login_required
@require_POST
def follow(request: ActorRequest) -> HttpResponse:
    """Begins a watch of the kind that is sent, and goes back to where its button is."""
    kind, what = request.POST.get("kind", ""), request.POST.get("what", "")
    if kind not in FOLLOW:
        raise Http404
    return attempt(
        request,
        lambda: FOLLOW[kind](request.actor, what),
        done=_("已加入“我的关注”，有变化时每日汇总通知您。"),
        back=way_back(request, reverse("catalog:watches")),
    )


@login_required
@require_POST
def rename(request: ActorRequest, pk: int) -> HttpResponse:
    """A refused name comes back as it was typed, beside what is wrong with it."""
    name = request.POST.get("name", "")
    try:
        services.rename(actor=request.actor, watch_id=pk, name=name)
    except ValidationError as error:
        return _list(request, 422, refused=pk, typed=name, problem=" ".join(error.messages))
    messages.success(request, _("已改名。"))
    return redirect("catalog:watches")


@login_required
@require_POST
def unfollow(request: ActorRequest, pk: int) -> HttpResponse:
    return attempt(
        request,
        lambda: services.unfollow(actor=request.actor, watch_id=pk),
        done=_("已取消关注。"),
        back=way_back(request, reverse("catalog:watches")),
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise Http404
    return int(text)


FOLLOW: dict[str, Callable[[Actor, str], Watch]] = {
    WatchKind.ENTRY: lambda actor, what: services.follow_entry(actor=actor, entry_id=_number(what)),
    WatchKind.DEPARTMENT: lambda actor, what: services.follow_department(
        actor=actor, department_id=_number(what)
    ),
    WatchKind.THEME: lambda actor, what: services.follow_theme(actor=actor, theme=what),
    WatchKind.SEARCH: lambda actor, what: services.save_search(actor=actor, query=what),
}
