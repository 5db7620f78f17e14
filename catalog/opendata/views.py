"""The public pages of the open catalog: list, dataset, rows as files, how to use it by machine."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.facets import OPEN_FACETS
from catalog.opendata import addresses, files, licence, queries
from catalog.opendata.policies import open_items
from catalog.opendata.rows import rows_of
from catalog.opendata.schema_org import described_for_search_engines
from catalog.search import SORTS, Found, Wanted
from citybrain import allowance
from citybrain.ui import Crumb

PER_PAGE = 20
FILES_PER_MINUTE, MINUTE = 60, timedelta(minutes=1)
FORMATS = (("jsonld", "DCAT-AP JSON-LD"), ("rdf", "RDF/XML"), ("ttl", "Turtle"))
UPDATES_SHOWN = 10
SINCE = "metadata_modified:[2026-01-01T00:00:00Z TO *]"
ROBOTS = """User-agent: *
Allow: /open/
Allow: /static/
Disallow: /

Sitemap: {sitemap}
"""


@require_safe
def catalog(request: HttpRequest) -> HttpResponse:
    """Open entries by words and facets."""
    found = queries.opened(Wanted.read(request.GET, OPEN_FACETS))
    page = found.page(request.GET.get("page"), PER_PAGE)
    context = {
        "page": page,
        "q": found.wanted.q,
        "near": found.is_loose,
        "groups": found.groups(),
        "filtered": bool(found.wanted.q or found.wanted.chosen),
        "sorts": _sorts(request, found),
    }
    return render(request, "catalog/opendata/catalog.html", context)


@require_safe
def dataset(request: HttpRequest, slug: str) -> HttpResponse:
    """One open entry: what it holds, under which terms, how it changed, and its rows."""
    entry = queries.dataset(slug)
    rows = rows_of(entry)
    context = {
        "entry": entry,
        "slug": addresses.slug_of(entry),
        "attributes": queries.attributes_of(entry),
        "items": open_items(entry),
        "rows": rows,
        "preview": rows.preview() if rows else [],
        "kinds": list(files.TYPES) if rows else [],
        "licence": licence.default(),
        "formats": FORMATS,
        "revisions": queries.history_of(entry),
        "updates": entry.data_updates.values("at", "rows")[:UPDATES_SHOWN],
        "linked_data": described_for_search_engines(entry, rows),
        "crumbs": [Crumb(_("开放目录"), reverse("opendata:catalog")), Crumb(entry.title)],
    }
    return render(request, "catalog/opendata/dataset.html", context)


@require_safe
def rows(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """The rows of an open entry as a file; what was had already is not sent again.

    One address gets FILES_PER_MINUTE of them. When Redis is away nobody is held up: it is public.
    """
    entry = queries.dataset(slug)
    found = rows_of(entry)
    if found is None or kind not in files.TYPES:
        raise Http404
    etag = quote_etag(f"{entry.version}-{found.holding.number}-{kind}")
    kept: HttpResponse | None = get_conditional_response(request, etag=etag)
    response: HttpResponseBase
    if isinstance(kept, HttpResponseNotModified):
        response = kept
    elif request.method == "GET" and _has_had_enough(request):
        return allowance.used_up(request, MINUTE)
    else:
        response = StreamingHttpResponse(
            () if request.method == "HEAD" else files.content_of(entry, found, kind),
            content_type=files.TYPES[kind],
        )
        response["Content-Disposition"] = content_disposition_header(
            True, files.file_name(entry, found, kind)
        )
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=300"
    return response


def _has_had_enough(request: HttpRequest) -> bool:
    """Counts a file that has to be made."""
    used = allowance.one_more("open-rows", request.META["REMOTE_ADDR"], timezone.now(), MINUTE)
    return used is not None and used > FILES_PER_MINUTE


@require_safe
def interfaces(request: HttpRequest) -> HttpResponse:
    """How the catalog is read by machine: DCAT, CKAN, feed, files."""
    action = "/api/3/action"
    context = {
        "base": settings.PUBLIC_URL,
        "licence": licence.default(),
        "examples": [
            (_("全部数据集的名称"), f"{action}/package_list"),
            (
                _("检索，带分面"),
                f'{action}/package_search?q=数据&rows=5&facet.field=["organization"]',
            ),
            (
                _("只取新变化的"),
                f"{action}/package_search?sort=metadata_modified asc&fq={SINCE}",
            ),
            (_("提供数据的部门"), f"{action}/organization_list?all_fields=true"),
            (_("主题"), f"{action}/group_list"),
            (_("接口状态"), f"{action}/status_show"),
        ],
    }
    return render(request, "catalog/opendata/interfaces.html", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: the open catalog, nothing else."""
    sitemap = addresses.absolute(reverse("sitemap"))
    return HttpResponse(ROBOTS.format(sitemap=sitemap), content_type="text/plain; charset=utf-8")


def _sorts(request: HttpRequest, found: Found) -> list[dict[str, object]]:
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
