"""Open entries as a graph of DCAT-AP 3.

The classes that DCAT-AP demands of what is pointed to (a licence is a dct:LicenseDocument, and so
on) are stated beside it, so that each document is valid by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from catalog.choices import THEMES
from catalog.opendata import addresses, licence
from catalog.opendata.dcat import codes
from catalog.opendata.policies import open_items
from citybrain.organizations.models import Department

ADMS = Namespace("http://www.w3.org/ns/adms#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
PREFIXES = {
    "adms": ADMS, "dcat": DCAT, "dcatap": DCATAP, "dct": DCTERMS, "foaf": FOAF, "hydra": HYDRA,
    "skos": SKOS, "vcard": VCARD, "xsd": XSD,
}  # fmt: skip


@dataclass(frozen=True)
class PageLinks:
    """One page of the catalog's document: its address, its neighbours', and how much there is."""

    this: str
    first: str
    last: str
    next: str
    previous: str
    total: int
    size: int


class Mapping:
    """Builds one graph."""

    def __init__(self) -> None:
        self.graph = Graph()
        for prefix, namespace in PREFIXES.items():
            self.graph.bind(prefix, namespace)
        self.licence = self._licence()

    def catalog(
        self, entries: Iterable[Any], publisher: Department, changed_at: datetime | None
    ) -> URIRef:
        """The catalog with these entries in it."""
        node = URIRef(addresses.catalog_url())
        description = f"{settings.OPEN_CATALOG_TITLE}：由{settings.AUTHORITY_NAME}统筹发布。"
        self._add(
            node,
            (RDF.type, DCAT.Catalog),
            (DCTERMS.title, Literal(settings.OPEN_CATALOG_TITLE, "zh")),
            (DCTERMS.title, Literal(settings.OPEN_CATALOG_TITLE_EN, "en")),
            (DCTERMS.description, Literal(description, "zh")),
            (DCTERMS.publisher, self._agent(publisher)),
            (DCTERMS.language, self._typed(codes.CHINESE, DCTERMS.LinguisticSystem)),
            (DCTERMS.license, self.licence),
            (DCTERMS.spatial, self._typed(codes.CHINA, DCTERMS.Location)),
            (FOAF.homepage, self._typed(node_of_home(), FOAF.Document)),
            (DCAT.themeTaxonomy, self._taxonomy()),
            (DCAT.service, self._service(node)),
        )
        if changed_at is not None:
            self._add(node, (DCTERMS.modified, _time(changed_at)))
        for entry in entries:
            self._add(node, (DCAT.dataset, self.dataset(entry)))
        return node

    def pages(self, catalog: URIRef, links: PageLinks) -> None:
        """Where the other pages of the catalog are, in the words of hydra, old and new."""
        node = URIRef(links.this)
        self._add(
            node,
            (RDF.type, HYDRA.PartialCollectionView),
            (RDF.type, HYDRA.PagedCollection),
            (HYDRA.totalItems, Literal(links.total)),
            (HYDRA.itemsPerPage, Literal(links.size)),
            (HYDRA.first, Literal(links.first)),
            (HYDRA.last, Literal(links.last)),
        )
        if links.next:
            self._add(node, (HYDRA.next, Literal(links.next)))
        if links.previous:
            self._add(node, (HYDRA.previous, Literal(links.previous)))
        self._add(catalog, (HYDRA.view, node))

    def dataset(self, entry: Any) -> URIRef:
        """One open entry, described as `queries.described` fetches it."""
        node = URIRef(addresses.dataset_url(entry))
        agent = self._agent(entry.department)
        landing = self._typed(URIRef(f"{node}#page"), FOAF.Document)
        self._add(
            node,
            (RDF.type, DCAT.Dataset),
            (DCTERMS.title, Literal(entry.title, "zh")),
            (DCTERMS.description, Literal(self._description(entry), "zh")),
            (DCTERMS.identifier, Literal(entry.code)),
            (DCTERMS.publisher, agent),
            (DCTERMS.issued, _time(entry.opened_at)),
            (DCTERMS.modified, _time(entry.changed_at)),
            (DCTERMS.language, self._typed(codes.CHINESE, DCTERMS.LinguisticSystem)),
            (DCTERMS.spatial, self._typed(codes.CHINA, DCTERMS.Location)),
            (
                DCTERMS.accrualPeriodicity,
                self._typed(
                    codes.FREQUENCIES[codes.FREQUENCY[entry.update_cycle]], DCTERMS.Frequency
                ),
            ),
            (
                DCTERMS.accessRights,
                self._typed(codes.RIGHTS[codes.ACCESS[entry.open_type]], DCTERMS.RightsStatement),
            ),
            (DCAT.theme, self._theme(entry.theme)),
            (DCAT.keyword, Literal(dict(THEMES)[entry.theme], "zh")),
            (DCAT.contactPoint, self._contact(entry.department)),
            (DCAT.landingPage, landing),
        )
        if entry.has_rows:
            for kind in codes.FILES:
                self._add(node, (DCAT.distribution, self._distribution(entry, node, kind)))
        return node

    def _distribution(self, entry: Any, dataset: URIRef, kind: str) -> URIRef:
        node = URIRef(f"{dataset}#{kind}")
        file_type, media_type = codes.FILES[kind]
        updated = entry.data_updated_at or entry.changed_at
        self._add(
            node,
            (RDF.type, DCAT.Distribution),
            (DCTERMS.title, Literal(f"{entry.title} ({kind.upper()})", "zh")),
            (DCAT.accessURL, self._typed(dataset, RDFS.Resource)),
            (DCAT.downloadURL, self._resource(addresses.rows_url(entry, kind))),
            (
                DCTERMS["format"],
                self._typed(codes.FILE_TYPES[file_type], DCTERMS.MediaTypeOrExtent),
            ),
            (DCAT.mediaType, self._typed(codes.MEDIA_TYPES[media_type], DCTERMS.MediaType)),
            (DCTERMS.license, self.licence),
            (DCTERMS.modified, _time(updated)),
            (DCATAP.availability, self._concept(codes.AVAILABLE, "Available")),
        )
        return node

    def _description(self, entry: Any) -> str:
        """The summary with the names of the open items, which DCAT has no place for."""
        names = "、".join(item.name for item in open_items(entry))
        return f"{entry.summary}\n数据项：{names}" if names else str(entry.summary)

    def _licence(self) -> URIRef:
        terms = licence.default()
        node = URIRef(terms.authority_url or terms.url)
        self._add(
            node,
            (RDF.type, DCTERMS.LicenseDocument),
            (DCTERMS.title, Literal(terms.title, "en")),
        )
        return node

    def _agent(self, department: Department) -> URIRef:
        node = URIRef(f"{addresses.catalog_url()}#org-{department.code}")
        self._add(
            node,
            (RDF.type, FOAF.Agent),
            (RDF.type, FOAF.Organization),
            (FOAF.name, Literal(department.name, "zh")),
        )
        return node

    def _contact(self, department: Department) -> URIRef:
        node = URIRef(f"{addresses.catalog_url()}#contact-{department.code}")
        self._add(
            node,
            (RDF.type, VCARD.Kind),
            (RDF.type, VCARD.Organization),
            (VCARD.fn, Literal(department.name, "zh")),
            (VCARD.hasURL, node_of_home()),
        )
        return node

    def _taxonomy(self) -> URIRef:
        self._add(
            codes.THEME_TAXONOMY,
            (RDF.type, SKOS.ConceptScheme),
            (DCTERMS.title, Literal("Data theme", "en")),
        )
        return codes.THEME_TAXONOMY

    def _theme(self, number: str) -> URIRef:
        theme = codes.THEME[number]
        node = self._concept(codes.THEMES[theme], codes.THEME_LABELS[theme])
        self._taxonomy()
        self._add(node, (SKOS.inScheme, codes.THEME_TAXONOMY))
        return node

    def _service(self, catalog: URIRef) -> URIRef:
        """The read API that existing clients of CKAN know."""
        node = URIRef(f"{catalog}#ckan")
        self._add(
            node,
            (RDF.type, DCAT.DataService),
            (DCTERMS.title, Literal("CKAN API", "en")),
            (DCAT.endpointURL, self._resource(addresses.absolute("/api/3/action/"))),
            (
                DCAT.endpointDescription,
                self._resource(addresses.absolute(reverse("opendata:interfaces"))),
            ),
        )
        return node

    def _concept(self, node: URIRef, label: str) -> URIRef:
        self._add(node, (RDF.type, SKOS.Concept), (SKOS.prefLabel, Literal(label, "en")))
        return node

    def _typed(self, node: URIRef, kind: URIRef) -> URIRef:
        self._add(node, (RDF.type, kind))
        return node

    def _resource(self, url: str) -> URIRef:
        return self._typed(URIRef(url), RDFS.Resource)

    def _add(self, node: URIRef, *statements: tuple[Node, Node]) -> None:
        for predicate, value in statements:
            self.graph.add((node, predicate, value))


def node_of_home() -> URIRef:
    """The page of the whole open catalog; the catalog itself has the address without the mark."""
    return URIRef(f"{addresses.catalog_url()}#page")


def _time(at: datetime) -> Literal:
    return Literal(at.isoformat(timespec="seconds"), datatype=XSD.dateTime)
