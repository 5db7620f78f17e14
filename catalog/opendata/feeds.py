"""The open catalog's news as an Atom feed."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from catalog.opendata import addresses, licence, queries

NEWEST = 50


class Datasets(Feed):
    """The datasets that were opened, revised or refreshed last."""

    feed_type = Atom1Feed

    def title(self) -> str:
        return settings.OPEN_CATALOG_TITLE

    def subtitle(self) -> str:
        return settings.OPEN_CATALOG_TITLE_EN

    def link(self) -> str:
        return addresses.catalog_url()

    def feed_url(self) -> str:
        return addresses.absolute(reverse("opendata:feed"))

    def feed_guid(self) -> str:
        return addresses.catalog_url()

    def author_name(self) -> str:
        return settings.AUTHORITY_NAME

    def feed_copyright(self) -> str:
        return licence.default().url

    def items(self) -> list[Any]:
        return list(queries.newest_first().prefetch_related(None)[:NEWEST])

    def item_title(self, item: Any) -> str:
        return str(item.title)

    def item_description(self, item: Any) -> str:
        return str(item.summary)

    def item_link(self, item: Any) -> str:
        return addresses.dataset_url(item)

    def item_guid(self, item: Any) -> str:
        return addresses.dataset_url(item)

    def item_author_name(self, item: Any) -> str:
        return str(item.department.name)

    def item_categories(self, item: Any) -> list[str]:
        return [str(item.get_theme_display())]

    def item_pubdate(self, item: Any) -> datetime:
        published: datetime = item.opened_at
        return published

    def item_updateddate(self, item: Any) -> datetime:
        changed: datetime = item.changed_at
        return changed

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {}

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().__call__(request, *args, **kwargs)
        response["Cache-Control"] = "public, max-age=300"
        return response
