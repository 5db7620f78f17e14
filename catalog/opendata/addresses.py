"""Where open data is found from outside: addresses that stay, below the portal's public name."""

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from catalog.models import CatalogEntry


def slug_of(entry: CatalogEntry) -> str:
    """The resource code as a part of an address: 307460100001-000001."""
    return entry.code.replace("/", "-")


def called(slug: str) -> Q:
    """The condition that an entry is the one with this slug."""
    return Q(code=slug) | Q(code=slug.replace("-", "/"))


def absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def catalog_url() -> str:
    return absolute(reverse("opendata:catalog"))


def dataset_path(entry: CatalogEntry) -> str:
    return reverse("opendata:dataset", args=[slug_of(entry)])


def dataset_url(entry: CatalogEntry) -> str:
    """The address of the dataset's page, which is also its name in RDF."""
    return absolute(dataset_path(entry))


def rows_url(entry: CatalogEntry, kind: str) -> str:
    return absolute(reverse("opendata:rows", args=[slug_of(entry), kind]))
