"""One entry: what it is, its history, and the moves that people make with it."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog import queries
from catalog.choices import EntryState
from catalog.models import CatalogEntry
from catalog.negative_list.reminding import remind
from catalog.obstacles import obstacles_in
from catalog.policies import entry_policy
from catalog.services import entries, reviewing, revising
from catalog.transitions import ENTRY, REVISING
from catalog.watching import queries as watching
from citybrain.duties.queries import open_duties_of
from citybrain.organizations.actors import Actor
from citybrain.pages import ActorRequest, attempt, buttons, panels_of, posted_version, timeline
from citybrain.ui import Crumb

UPDATES_SHOWN = 10
STATES = dict(EntryState.choices)


@login_required
@require_safe
def entry(request: ActorRequest, pk: int) -> HttpResponse:
    found = fetch(request.actor, pk)
    follows = entry_policy.allows(request.actor, "follow", found)
    duties = open_duties_of(found) if follows else []
    prefetch_related_objects([found], "items", "revises__department", "revises__items")
    items = list(found.items.all())
    shows_copy = follows and found.is_published
    copy = queries.revision_seen(found, request.actor) if shows_copy else None
    moves = buttons(ENTRY, found, request.actor, "catalog:move")
    context = {
        "entry": found,
        "tone": queries.TONES[found.state],
        "attributes": queries.attributes_of(found),
        "obstacles": obstacles_in(found) if follows else [],
        "items": items,
        "moves": [move for move in moves if copy is None or move.name not in REVISING],
        "may_edit": found.state == EntryState.DRAFT
        and entry_policy.allows(request.actor, "compile", found),
        "follows": follows,
        "offers": watching.offer_of_entry(request.actor, found),
        "duties": duties,
        "waiting_on": queries.waiting_on(found, duties) if follows else "",
        "sent_back": queries.sent_back(found) if follows else None,
        "steps": queries.steps_of(found) if follows else [],
        "panels": panels_of(request, found),
        "copy": copy,
        "compared": queries.against_published(found) if follows else None,
        "history": timeline(found, STATES) if follows else [],
        "revisions": queries.revisions_of(found) if follows else [],
        "related": queries.related_to(found, request.actor),
        "updates": found.data_updates.select_related("by")[:UPDATES_SHOWN],
        "remarks": reviewing.remarks_of(found) if follows else [],
        "may_review": found.state == EntryState.REVIEWING
        and entry_policy.allows(request.actor, "approve", found),
        "crumbs": [*_trail(request.actor, found), Crumb(found.title)],
    }
    return render(request, "catalog/entry_detail.html", context)


@login_required
@require_POST
def move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """Makes a move of the transition table; what it asks for comes with the form."""
    if name not in ENTRY.moves or ENTRY.moves[name].automatic:
        raise Http404
    found = fetch(request.actor, pk)

    def do() -> None:
        entries.move(
            name,
            actor=request.actor,
            entry=found,
            version=posted_version(request),
            reason=request.POST.get("reason", ""),
        )
        if name == "submit":
            remind(request, found)

    answer = attempt(
        request,
        do,
        done=_("已办理：%s。") % ENTRY.moves[name].label,
        back=lambda: _whereabouts(request.actor, found),
    )
    copy = revising.under_way(found) if name in REVISING else None
    if copy is None:
        return answer
    return redirect("catalog:edit" if copy.state == EntryState.DRAFT else "catalog:entry", copy.pk)


@login_required
@require_safe
def history(request: ActorRequest, pk: int) -> HttpResponse:
    found = followed(request.actor, pk)
    context = {
        "entry": found,
        "tone": queries.TONES[found.state],
        "history": timeline(found, STATES),
        "changes": queries.changes_of(found),
        "revisions": queries.revisions_of(found),
        "crumbs": crumbs(request.actor, found, _("办理记录")),
    }
    return render(request, "catalog/entry_history.html", context)


def fetch(actor: Actor, pk: int) -> CatalogEntry:
    rows = CatalogEntry.objects.select_related("department", "submitted_by", "signed_by").defer(
        "search"
    )
    return entry_policy.fetch(actor, rows, pk=pk)


def _whereabouts(actor: Actor, found: CatalogEntry) -> str:
    """The entry's page; for whom it has gone out of sight (returned, it is a draft), the reviews."""
    if entry_policy.queryset(actor).filter(pk=found.pk).exists():
        return queries.detail_url(found)
    return reverse("catalog:reviews")


def followed(actor: Actor, pk: int) -> CatalogEntry:
    found = fetch(actor, pk)
    if not entry_policy.allows(actor, "follow", found):
        raise PermissionDenied(_("办理记录只供本单位和监督部门查看。"))
    return found


def _trail(actor: Actor, found: CatalogEntry) -> list[Crumb]:
    """Where one comes from: the department's own list, or the search."""
    if actor.may("view_entries", found.department_id):
        return [Crumb(_("本单位目录"), reverse("catalog:own"))]
    return [Crumb(_("信息资源目录"), reverse("catalog:search"))]


def crumbs(actor: Actor, found: CatalogEntry, label: str) -> list[Crumb]:
    return [*_trail(actor, found), Crumb(found.title, queries.detail_url(found)), Crumb(label)]
