"""The DCAT-AP documents: valid against the official shapes, in pages, and cheap to ask again."""

from functools import cache
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pyshacl import validate
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS

from catalog.choices import OpenType, UpdateCycle
from catalog.opendata.addresses import catalog_url, dataset_url, slug_of
from catalog.opendata.dcat import codes, documents
from catalog.opendata.dcat.mapping import HYDRA
from tests.catalog.opendata.opened import an_open_dataset, an_open_entry, many_open
from tests.personas import World

pytestmark = pytest.mark.django_db
SHAPES = Path(__file__).parents[2] / "data/dcat-ap-3.0.0/shapes.ttl"
FORMATS = {"jsonld": "json-ld", "rdf": "xml", "ttl": "turtle"}


@cache
def shapes() -> Graph:
    return Graph().parse(SHAPES)


def problems(graph: Graph) -> str:
    conforms, _report, text = validate(graph, shacl_graph=shapes(), inference="none")
    return "" if conforms else str(text)


def graph_of(url: str, suffix: str = "ttl") -> Graph:
    answer = Client().get(url)
    assert answer.status_code == 200, url
    return Graph().parse(data=answer.content, format=FORMATS[suffix])


def document(suffix: str, page: int = 1) -> str:
    return f"{reverse('opendata:document', args=[suffix])}?page={page}"


def test_the_catalog_is_valid_dcat_ap_in_every_serialisation(world: World) -> None:
    held = an_open_dataset(world)
    told = an_open_entry(
        world,
        title="公交线路",
        open_type=OpenType.CONDITIONAL,
        open_condition="注明用途",
        theme="11",
    )
    graphs = {suffix: graph_of(document(suffix), suffix) for suffix in FORMATS}
    assert len({len(graph) for graph in graphs.values()}) == 1
    graph = graphs["jsonld"]
    assert problems(graph) == ""
    datasets = set(graph.objects(URIRef(catalog_url()), DCAT.dataset))
    assert datasets == {URIRef(dataset_url(held)), URIRef(dataset_url(told))}
    downloads = {str(url) for url in graph.objects(None, DCAT.downloadURL)}
    assert downloads == {f"{dataset_url(held)}data.{kind}" for kind in ("csv", "json", "xlsx")}


def test_the_shapes_find_what_is_wrong(world: World) -> None:
    entry = an_open_dataset(world)
    node = URIRef(dataset_url(entry))
    graph = graph_of(document("ttl"))
    graph.remove((node, DCTERMS.title, None))
    assert "title" in problems(graph)
    graph = graph_of(document("ttl"))
    graph.remove((codes.CHINESE, None, None))
    assert "language" in problems(graph).lower()


def test_a_dataset_has_a_document_of_its_own(world: World) -> None:
    entry = an_open_dataset(world, update_cycle=UpdateCycle.DAILY)
    for suffix in FORMATS:
        url = reverse("opendata:dataset_document", args=[slug_of(entry), suffix])
        graph = graph_of(url, suffix)
        assert problems(graph) == ""
        frequency = graph.value(URIRef(dataset_url(entry)), DCTERMS.accrualPeriodicity)
        assert frequency == codes.FREQUENCIES.DAILY


def test_the_pages_lead_through_the_whole_catalog(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "PER_PAGE", 2)
    titles = [f"第{number}号" for number in range(5)]
    for title in titles:
        an_open_entry(world, title=title)
    url: str | None = document("jsonld")
    found: set[object] = set()
    pages = 0
    while url is not None:
        graph = graph_of(url.removeprefix("http://127.0.0.1:8000"), "jsonld")
        assert problems(graph) == ""
        found |= set(graph.objects(URIRef(catalog_url()), DCAT.dataset))
        url = next((str(one) for one in graph.objects(None, HYDRA.next)), None)
        pages += 1
    assert (len(found), pages) == (5, 3)
    assert Client().get(document("jsonld", 4)).status_code == 404
    assert Client().get(reverse("opendata:document", args=["rdf"]) + "?page=x").status_code == 404


def test_who_has_the_document_is_not_sent_it_again_until_something_changes(world: World) -> None:
    entry = an_open_dataset(world)
    client = Client()
    first = client.get(document("rdf"))
    assert first["Last-Modified"]
    again = client.get(document("rdf"), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    type(entry).objects.filter(pk=entry.pk).update(state="retired")
    closed = client.get(document("rdf"), headers={"If-None-Match": first["ETag"]})
    assert closed.status_code == 200
    assert entry.title not in closed.content.decode()


def test_a_document_costs_no_more_with_more_datasets(
    world: World, django_assert_num_queries
) -> None:
    many_open(world, 2)
    Client().get(document("ttl"))
    many_open(world, 80, 2)
    with django_assert_num_queries(4):
        assert Client().get(document("ttl")).status_code == 200
