"""The addresses of the open catalog, for search engines."""

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap, views
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.opendata import addresses, queries
from catalog.opendata.keeping import kept


class Datasets(Sitemap):
    """Every open entry, with the day that it last changed."""

    limit = 5_000
    changefreq = "weekly"

    def items(self) -> QuerySet[Any]:
        return queries.described().prefetch_related(None).order_by("pk")

    def location(self, item: Any) -> str:
        return addresses.dataset_path(item)

    def lastmod(self, item: Any) -> datetime:
        changed: datetime = item.changed_at
        return changed


class Pages(Sitemap):
    """The pages beside them."""

    changefreq = "daily"

    def items(self) -> list[str]:
        return ["opendata:catalog", "opendata:demands", "opendata:interfaces"]

    def location(self, item: str) -> str:
        return reverse(item)


SITEMAPS: dict[str, Any] = {"pages": Pages, "datasets": Datasets}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Which parts there are."""
    return views.index(request, SITEMAPS, sitemap_url_name="sitemap_section")


@require_safe
def section(request: HttpRequest, section: str) -> HttpResponse:
    """One part, written once for each state of the catalog."""
    page = request.GET.get("p", "1")[:9]

    def write() -> bytes:
        return views.sitemap(request, SITEMAPS, section).render().content

    if section not in SITEMAPS:
        raise Http404
    name = f"sitemap-{request.get_host()}-{section}-{page}"
    document = kept(name, queries.stamp(), write)
    return HttpResponse(document, content_type="application/xml")
