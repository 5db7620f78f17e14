"""Lists of entries: search, the department's own, the bureau's queue; and lists as files."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog import exporting, queries
from catalog.choices import THEMES
from catalog.obstacles import obstacles_in
from catalog.search import OWN_FACETS, PUBLISHED_FACETS, SORTS, Found, Wanted, own, published
from catalog.services.together import ACTS
from catalog.watching import queries as watching
from citybrain import registry
from citybrain.downloads import export_list, kind_of
from citybrain.duties.queries import open_by_subject
from citybrain.pages import ActorRequest, page_of
from citybrain.policies import require_anywhere

PER_PAGE = 20
ITEMS_SHOWN = 6
OWN_ACTS = {"submit": "compile_entries", "theme": "compile_entries", "sign": "sign_entries"}


@login_required
@require_safe
def search(request: ActorRequest) -> HttpResponse:
    """Published entries of all departments, by words and facets."""
    found = _found(request, "")
    offers = watching.offers_of_search(request.actor, found.wanted)
    acts = [
        act for offer in registry.row_acts.on("catalog.search") if (act := offer(request.actor))
    ]
    return _results(request, found, "catalog/search.html", offers=offers, row_acts=acts)


@login_required
@require_safe
def own_entries(request: ActorRequest) -> HttpResponse:
    """The department's entries, drafts included."""
    acts = [
        (name, ACTS[name][0])
        for name, permission in OWN_ACTS.items()
        if request.actor.holds(permission)
    ]
    return _results(request, _found(request, "own"), "catalog/own.html", acts=acts, themes=THEMES)


@login_required
@require_safe
def reviews(request: ActorRequest) -> HttpResponse:
    """What waits for the bureau's review, with the time left (SC-17: two working days)."""
    require_anywhere(request.actor, "approve_entries")
    page = page_of(request, queries.reviews(request.actor), PER_PAGE)
    duties = open_by_subject(page.object_list)
    rows = [(entry, duties.get(entry.pk), obstacles_in(entry)) for entry in page]
    context = {"page": page, "rows": rows, "most_xlsx": exporting.MOST_WITH_ITEMS}
    context["acts"] = [(name, ACTS[name][0]) for name in ("approve", "reject")]
    return render(request, "catalog/reviews.html", context)


@login_required
@require_POST
def export(request: ActorRequest) -> HttpResponseBase:
    """The list as it is filtered, as a file; exporting is an act on record itself, hence POST."""
    kind = kind_of(request)
    scope = request.GET.get("scope", "")
    if scope == "reviews":
        require_anywhere(request.actor, "approve_entries")
        entries = queries.reviews(request.actor)
        total = entries.count()
    else:
        found = _found(request, scope)
        entries, total = found.entries, found.total
    content = exporting.xlsx_of(entries, total) if kind == "xlsx" else exporting.csv_of(entries)
    return export_list(
        request, content, title=_("信息资源目录"), stem="catalog", kind=kind, rows=total
    )


def _found(request: ActorRequest, scope: str) -> Found:
    if scope == "own":
        require_anywhere(request.actor, "view_entries")
        return own(request.actor, Wanted.read(request.GET, OWN_FACETS))
    return published(request.actor, Wanted.read(request.GET, PUBLISHED_FACETS))


def _results(request: ActorRequest, found: Found, template: str, **more: object) -> HttpResponse:
    page = found.page(request.GET.get("page"), PER_PAGE)
    entries = list(page.object_list)
    items = queries.item_names(entries, found.wanted.q)
    context = {
        "page": page,
        "rows": [(entry, queries.TONES[entry.state], items[entry.pk]) for entry in entries],
        "items_shown": ITEMS_SHOWN,
        "q": found.wanted.q,
        "is_loose": found.is_loose,
        "groups": found.groups(),
        "filtered": bool(found.wanted.q or found.wanted.chosen),
        "sorts": _sorts(request, found),
        "query": request.GET.urlencode(),
        "most_xlsx": exporting.MOST_WITH_ITEMS,
        "may_compile": request.actor.holds("compile_entries"),
        **more,
    }
    return render(request, template, context)


def _sorts(request: ActorRequest, found: Found) -> list[dict[str, object]]:
    """Links that change the order and keep everything else, from page one."""
    kept = [(name, value) for name, values in request.GET.lists() for value in values]
    kept = [(name, value) for name, value in kept if name not in ("sort", "page")]
    return [
        {
            "label": label,
            "url": f"?{urlencode([*kept, ('sort', name)])}",
            "active": found.wanted.order == name,
        }
        for name, label in SORTS.items()
        if name != "relevance" or found.wanted.q
    ]
