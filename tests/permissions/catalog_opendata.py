"""The open catalog's lines of the matrix: the public reads what is open and knows of nothing else."""

from typing import Any

from catalog.choices import OpenType
from catalog.opendata.addresses import slug_of
from tests import scenes
from tests.catalog.opendata import opened
from tests.permissions.rows import Row, only
from tests.personas import World

NOBODY = only()
SECRET = "居住证登记"


def an_open(world: World) -> dict[str, Any]:
    return {"slug": slug_of(opened.an_open_dataset(world))}


def a_conditional(world: World) -> dict[str, Any]:
    entry = opened.an_open_entry(world, open_type=OpenType.CONDITIONAL, open_condition="注明用途")
    return {"slug": slug_of(entry)}


def a_closed(world: World) -> dict[str, Any]:
    return {"slug": slug_of(scenes.a_published_entry(world))}


def an_open_draft(world: World) -> dict[str, Any]:
    return {"slug": slug_of(scenes.a_draft(world, open_type=OpenType.OPEN))}


def rows_of_open(world: World) -> dict[str, Any]:
    return {**an_open(world), "kind": "csv"}


def document_of_open(world: World) -> dict[str, Any]:
    return {**an_open(world), "suffix": "rdf"}


def rows_of_conditional(world: World) -> dict[str, Any]:
    return {**a_conditional(world), "kind": "csv"}


def rows_of_closed(world: World) -> dict[str, Any]:
    return {**a_closed(world), "kind": "json"}


def document_of_closed(world: World) -> dict[str, Any]:
    return {**a_closed(world), "suffix": "jsonld"}


def rows_of_draft(world: World) -> dict[str, Any]:
    return {**an_open_draft(world), "kind": "json"}


def document_of_draft(world: World) -> dict[str, Any]:
    return {**an_open_draft(world), "suffix": "jsonld"}


def the_datasets(world: World) -> dict[str, Any]:
    return {"section": "datasets"}


def as_json_ld(world: World) -> dict[str, Any]:
    return {"suffix": "jsonld"}


def the_list_of_datasets(world: World) -> dict[str, Any]:
    return {"name": "package_list"}


UNKNOWN = {"allowed": NOBODY, "refused_with": 404, "public": 404, "secret": SECRET}
ROWS = [
    Row("robots", public=200),
    Row("sitemap", public=200),
    Row("sitemap_section", public=200, scene=the_datasets),
    Row("opendata:catalog", public=200),
    Row("opendata:interfaces", public=200),
    Row("opendata:feed", public=200),
    Row("opendata:document", public=200, scene=as_json_ld),
    Row("opendata:dataset", public=200, scene=an_open),
    Row("opendata:dataset_document", public=200, scene=document_of_open),
    Row("ckan_dataset", scene=an_open),
    Row("opendata:rows", public=200, scene=rows_of_open),
    Row("opendata:dataset", public=200, scene=a_conditional, note="-conditional"),
    Row(
        "opendata:rows",
        allowed=NOBODY,
        refused_with=404,
        public=404,
        scene=rows_of_conditional,
        note="-conditional",
    ),
    Row("opendata:dataset", scene=a_closed, note="-closed", **UNKNOWN),
    Row("opendata:dataset_document", scene=document_of_closed, note="-closed", **UNKNOWN),
    Row("opendata:rows", scene=rows_of_closed, note="-closed", **UNKNOWN),
    Row("opendata:dataset", scene=an_open_draft, note="-draft", **UNKNOWN),
    Row("opendata:dataset_document", scene=document_of_draft, note="-draft", **UNKNOWN),
    Row("opendata:rows", scene=rows_of_draft, note="-draft", **UNKNOWN),
    Row("ckan_api:version", public=200),
    Row("ckan_api:action", public=200, scene=the_list_of_datasets),
    Row("ckan_api:action", public=200, method="post", scene=the_list_of_datasets, note="-post"),
    Row("ckan_api:latest", public=200, scene=the_list_of_datasets),
]
