"""The addresses of the open catalog, for search engines."""

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from catalog.opendata import addresses, queries


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
        return ["opendata:catalog", "opendata:interfaces"]

    def location(self, item: str) -> str:
        return reverse(item)


# What the view of the index takes.
SITEMAPS = {
    "sitemaps": {"pages": Pages, "datasets": Datasets},
    "sitemap_url_name": "sitemap_section",
}
