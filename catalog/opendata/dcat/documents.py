"""The documents, in each serialisation."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from rdflib import Graph

from catalog.opendata import addresses, queries
from catalog.opendata.dcat.mapping import PREFIXES, Mapping, PageLinks
from catalog.opendata.keeping import kept
from catalog.opendata.queries import Stamp
from citybrain.organizations.choices import Competence
from citybrain.organizations.models import Department

PER_PAGE = 100


@dataclass(frozen=True)
class Serialisation:
    """`name` is rdflib's; `content_type` goes with the document."""

    name: str
    content_type: str


SERIALISATIONS = {
    "jsonld": Serialisation("json-ld", "application/ld+json"),
    "rdf": Serialisation("xml", "application/rdf+xml"),
    "ttl": Serialisation("turtle", "text/turtle; charset=utf-8"),
}


def page_url(suffix: str, number: int) -> str:
    path = reverse("opendata:document", args=[suffix])
    return addresses.absolute(f"{path}?{urlencode({'page': number})}")


def catalog(suffix: str, number: int, stamp: Stamp) -> bytes | None:
    """Page `number` of the catalog; None where there is no such page."""
    last = max(1, -(-stamp.count // PER_PAGE))
    if not 1 <= number <= last:
        return None
    links = PageLinks(
        this=page_url(suffix, number),
        first=page_url(suffix, 1),
        last=page_url(suffix, last),
        next=page_url(suffix, number + 1) if number < last else "",
        previous=page_url(suffix, number - 1) if number > 1 else "",
        total=stamp.count,
        size=PER_PAGE,
    )

    def build() -> Graph:
        mapping = Mapping()
        start = (number - 1) * PER_PAGE
        entries = queries.described().order_by("pk")[start : start + PER_PAGE]
        bureau = Department.objects.active().get(competences__contains=[Competence.BIG_DATA])
        mapping.pages(mapping.catalog(entries, bureau, stamp.changed_at), links)
        return mapping.graph

    return kept(f"{suffix}-{number}", stamp, lambda: _written(build(), suffix))


def dataset(suffix: str, entry: object) -> bytes:
    """One dataset's description."""
    mapping = Mapping()
    mapping.dataset(entry)
    return _written(mapping.graph, suffix)


def _written(graph: Graph, suffix: str) -> bytes:
    name = SERIALISATIONS[suffix].name
    if name == "json-ld":
        context = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
        text = graph.serialize(format=name, context=context, auto_compact=True)
    else:
        text = graph.serialize(format=name)
    return str(text).encode()
