"""What an entry said at one time, what differs between two times, and saying it again."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog import queries
from catalog.differences import differences
from catalog.models import EntryRevision
from catalog.policies import entry_policy
from catalog.services import entries, revising
from catalog.services.content import content_of
from catalog.views.entry import crumbs, followed
from citybrain.pages import ActorRequest, attempt, posted_version

NOW = "now"


@login_required
@require_safe
def revision(request: ActorRequest, pk: int, number: int) -> HttpResponse:
    """What was approved, frozen, beside what changed since the revision before."""
    found = followed(request.actor, pk)
    rows = {one.number: one for one in queries.revisions_of(found)}
    if number not in rows:
        raise Http404
    one, before = rows[number], rows.get(number - 1)
    may_restore = (
        number != max(rows)
        and found.is_published
        and entry_policy.allows(request.actor, "compile", found)
        and revising.under_way(found) is None
    )
    context = {
        "entry": found,
        "revision": one,
        "attributes": queries.revision_attributes(one),
        "items": queries.revision_items(one),
        "rows": differences(before.content, one.content) if before else None,
        "ground": queries.grounds_of(found).get(number, ""),
        "may_restore": may_restore,
        "crumbs": crumbs(request.actor, found, _("第 %d 版") % number),
    }
    return render(request, "catalog/entry_revision.html", context)


@login_required
@require_safe
def compare(request: ActorRequest, pk: int) -> HttpResponse:
    """Any two versions side by side; `now` is what the entry, or its revision under way, says."""
    found = followed(request.actor, pk)
    versions = {str(one.number): one for one in queries.revisions_of(found)}
    if not versions:
        raise Http404
    last = list(versions)[-1]
    before = _chosen(request.GET.get("from"), versions, list(versions)[-2:][0])
    after = _chosen(request.GET.get("to"), versions, NOW if before == last else last)
    grounds = queries.grounds_of(found)
    contents = {number: one.content for number, one in versions.items()}
    if NOW in (before, after):
        contents[NOW] = content_of(queries.revision_seen(found, request.actor) or found)
    context = {
        "entry": found,
        "choices": [
            *((number, _("第 %s 版") % number) for number in versions),
            (NOW, _("当前内容（含在办的修订稿）")),
        ],
        "before": before,
        "after": after,
        "rows": differences(contents[before], contents[after]),
        "versions": [(one, grounds.get(one.number, "")) for one in versions.values()],
        "crumbs": crumbs(request.actor, found, _("版本对照")),
    }
    return render(request, "catalog/entry_compare.html", context)


@login_required
@require_POST
def restore(request: ActorRequest, pk: int, number: int) -> HttpResponse:
    """Begins a revision with the content of an old version."""
    found = followed(request.actor, pk)
    if not found.revisions.filter(number=number).exists():
        raise Http404
    answer = attempt(
        request,
        lambda: entries.restore(
            actor=request.actor,
            entry=found,
            number=number,
            reason=request.POST.get("reason", ""),
            version=posted_version(request),
        ),
        done=_("已按第 %d 版的内容起草修订稿，审核通过后生效。") % number,
        back=reverse("catalog:revision", args=[pk, number]),
    )
    copy = revising.under_way(found)
    return redirect("catalog:entry", copy.pk) if copy is not None else answer


def _chosen(given: str | None, versions: dict[str, EntryRevision], default: str) -> str:
    return given if given in versions or given == NOW else default
