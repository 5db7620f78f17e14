"""The CKAN API, asked as existing clients and harvesters ask it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from ckanapi import NotFound, RemoteCKAN, SearchError, SearchQueryError, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from catalog.choices import OpenType
from catalog.models import CatalogEntry, EntryRevision
from catalog.opendata.addresses import slug_of
from catalog.opendata.ckan import searching
from catalog.opendata.ckan.grammar import condition_of
from catalog.opendata.queries import described
from tests import scenes
from tests.catalog.opendata.opened import TITLE, an_open_dataset, an_open_entry, many_open
from tests.personas import World, build_world

pytestmark = pytest.mark.django_db


def ask(name: str, status: int = 200, /, **given: Any) -> Any:
    """The envelope, asked for with JSON."""
    answer = Client().post(f"/api/3/action/{name}", given, content_type="application/json")
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def result(name: str, /, **given: Any) -> Any:
    envelope = ask(name, **given)
    assert envelope["success"] is True
    assert envelope["help"].endswith(f"help_show?name={name}")
    return envelope["result"]


def names(**given: Any) -> list[str]:
    return [one["title"] for one in result("package_search", **given)["results"]]


def test_a_dataset_has_the_fields_of_ckan(world: World) -> None:
    entry = an_open_dataset(world)
    shown = result("package_show", id=slug_of(entry))
    assert result("package_show", id=shown["id"]) == shown
    assert (shown["title"], shown["state"], shown["private"]) == (TITLE, "active", False)
    assert shown["license_id"] == "CC-BY-4.0"
    assert shown["organization"]["name"] == shown["organization"]["name"].lower() == "police"
    assert shown["groups"][0]["display_name"] == "公共服务"
    assert [one["name"] for one in shown["tags"]] == ["公共服务", "mysql"]
    assert [one["format"] for one in shown["resources"]] == ["CSV", "JSON", "XLSX"]
    assert shown["num_resources"] == 3
    path = shown["resources"][0]["url"].removeprefix("http://127.0.0.1:8000")
    assert Client().get(path).status_code == 200
    assert result("resource_show", id=shown["resources"][1]["id"]) == shown["resources"][1]
    assert {"key": "identifier", "value": entry.code} in shown["extras"]


def test_the_address_that_ckan_has_for_a_dataset_leads_to_its_page(world: World) -> None:
    name = slug_of(an_open_dataset(world))
    page = Client().get(f"/dataset/{name}", follow=True)
    assert page.redirect_chain == [(f"/open/datasets/{name}/", 302)]
    assert page.status_code == 200


def test_lists_of_names_departments_themes_and_tags(world: World) -> None:
    entry = an_open_dataset(world)
    an_open_entry(world, title="公交线路", theme="09")
    assert result("package_list", limit=1) == [slug_of(entry)]
    assert len(result("package_list")) == 2
    assert result("organization_list") == ["police"]
    (police,) = result("organization_list", all_fields=True)
    assert (police["package_count"], police["title"]) == (2, world.police.name)
    shown = result("organization_show", id=police["id"], include_datasets=True)
    assert len(shown["packages"]) == 2
    ask("organization_show", 404, id="health")
    assert len(result("group_list")) == 12
    assert result("group_show", id="theme-09")["package_count"] == 1
    assert result("tag_list") == ["mysql", "公共服务", "城乡建设"]
    assert result("tag_list", query="城乡") == ["城乡建设"]
    assert result("status_show")["ckan_version"]
    assert result("site_read") is True
    assert "datasets" in result("help_show", name="package_search")
    assert result("license_list")[0]["id"] == "CC-BY-4.0"
    assert Client().get("/api/3").json() == {"version": 3}


def test_search_narrows_by_words_fields_and_times(world: World) -> None:
    an_open_dataset(world)
    an_open_entry(
        world,
        title="公交线路",
        theme="09",
        open_type=OpenType.CONDITIONAL,
        open_condition="注明用途",
    )
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    for given, expected in (
        ({}, [TITLE, "公交线路"]),
        ({"q": "*:*"}, [TITLE, "公交线路"]),
        ({"q": "公交"}, ["公交线路"]),
        ({"q": "title:公交"}, ["公交线路"]),
        ({"q": "没有"}, []),
        ({"fq": "groups:theme-09"}, ["公交线路"]),
        ({"fq": "groups:(theme-09 OR theme-01)"}, [TITLE, "公交线路"]),
        ({"fq": "-groups:theme-09"}, [TITLE]),
        ({"fq": '+tags:"城乡建设" +organization:police'}, ["公交线路"]),
        ({"fq": "organization:health"}, []),
        ({"fq": "res_format:CSV"}, [TITLE]),
        ({"fq_list": ["res_format:CSV", "groups:theme-09"]}, []),
        ({"fq": "license_id:CC-BY-4.0 AND state:active"}, [TITLE, "公交线路"]),
        ({"fq": "access_rights:conditional"}, ["公交线路"]),
        ({"fq": "metadata_modified:[NOW-1DAY TO *]"}, [TITLE, "公交线路"]),
        ({"fq": f"metadata_modified:[{tomorrow} TO *]"}, []),
        ({"fq": "metadata_created:[* TO 2020-01-01T00:00:00Z]"}, []),
        ({"fq": "NOT (groups:theme-09 OR res_format:CSV)"}, []),
        ({"sort": "metadata_modified desc", "rows": 1}, ["公交线路"]),
        ({"sort": "name asc", "start": 1}, ["公交线路"]),
        ({"rows": 0}, []),
    ):
        found = names(**{"sort": "id asc", **given})
        assert found == expected, given


def test_facets_count_what_was_found(world: World) -> None:
    an_open_dataset(world)
    an_open_entry(world, title="公交线路", theme="09")
    fields = ["organization", "groups", "tags", "res_format", "license_id"]
    answer = Client().get(
        "/api/3/action/package_search",
        {"facet.field": json.dumps(fields), "rows": "0", "facet.limit": "1"},
    )
    found = answer.json()["result"]
    assert found["count"] == 2
    assert found["facets"]["organization"] == {"police": 2}
    assert found["facets"]["tags"] == {"mysql": 2}
    assert found["search_facets"]["organization"]["items"] == [
        {"name": "police", "display_name": world.police.name, "count": 2}
    ]
    groups = result("package_search", **{"facet.field": ["groups"]})["facets"]["groups"]
    assert groups == {"theme-01": 1, "theme-09": 1}


@pytest.mark.parametrize(
    ("name", "given", "status", "kind"),
    [
        ("package_show", {"id": "nothing"}, 404, "Not Found Error"),
        ("package_show", {}, 409, "Validation Error"),
        ("package_show", {"id": ["a"]}, 409, "Validation Error"),
        ("resource_show", {"id": "c17b0004-0009-8000-8000-ffffffffffff"}, 404, "Not Found Error"),
        ("package_show", {"id": "c17b0001-0000-8000-8000-ffffffffffff"}, 404, "Not Found Error"),
        ("package_search", {"rows": "many"}, 409, "Validation Error"),
        ("package_search", {"start": -1}, 409, "Validation Error"),
        ("package_search", {"start": 10**30}, 409, "Validation Error"),
        ("package_search", {"sort": "secret desc"}, 409, "Search Error"),
        ("package_search", {"fq": "password:x"}, 409, "Search Error"),
        ("package_search", {"facet.field": ["password"]}, 409, "Search Error"),
        ("package_search", {"fq": "groups:("}, 400, "Search Query Error"),
        ("package_search", {"fq": "groups:(a))"}, 400, "Search Query Error"),
        ("package_search", {"fq": "groups:[a TO b]"}, 400, "Search Query Error"),
        (
            "package_search",
            {"fq": "metadata_modified:[2026-99-01 TO *]"},
            400,
            "Search Query Error",
        ),
        ("package_search", {"fq": "(" * 500}, 400, "Search Query Error"),
        ("package_search", {"fq": "-" * 1_500}, 400, "Search Query Error"),
        ("package_search", {"fq": "x " * 3_000}, 400, "Search Query Error"),
        ("help_show", {"name": "package_delete"}, 404, "Not Found Error"),
    ],
)
def test_errors_are_those_of_ckan(
    world: World, name: str, given: dict[str, Any], status: int, kind: str
) -> None:
    envelope = ask(name, status, **given)
    assert (envelope["success"], envelope["error"]["__type"]) == (False, kind)


def test_what_is_no_call_of_an_action_is_a_bad_request(world: World) -> None:
    client = Client()
    assert client.get("/api/3/action/package_delete").status_code == 400
    for body in (b"{", b"[1]", b'{"id": "\\u0000"}', b"\xff", b"[" * 100_000):
        answer = client.post("/api/3/action/package_show", body, content_type="application/json")
        assert answer.status_code == 400, body[:20]
        assert answer.json().startswith("Bad request")
    assert client.put("/api/3/action/package_show").status_code == 405


def test_nothing_that_is_not_open_is_in_any_answer(world: World) -> None:
    hidden = "不公开的名称"
    an_open_dataset(world)
    closed = scenes.a_published_entry(world, title="不开放", summary=hidden)
    scenes.a_draft(world, title="草稿", summary=hidden, open_type=OpenType.OPEN)
    ask("package_show", 404, id=slug_of(closed))
    for name in ("package_search", "current_package_list_with_resources", "tag_list"):
        assert hidden not in json.dumps(ask(name), ensure_ascii=False)
    for q in (hidden, f"notes:{hidden}", f"id:{closed.pk}", "*:* OR state:active"):
        assert result("package_search", q=q)["count"] <= 1
    assert len(result("package_list")) == 1


def test_a_search_costs_the_same_with_2_and_with_200_datasets(world: World) -> None:
    counts = []
    made = 0
    for size in (2, 200):
        many_open(world, size, made)
        made = size
        with CaptureQueriesContext(connection) as captured:
            found = result("package_search", rows=1000, **{"facet.field": list(searching.FACETS)})
        assert len(found["results"]) == size
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 10


def test_a_query_narrows_and_never_widens(world: World) -> None:
    scenes.a_published_entry(world)
    for text in ("*:*", "state:active OR private:false", "NOT groups:theme-09"):
        assert not described().filter(condition_of(text)).exists()


@pytest.mark.django_db(transaction=True)
def test_ckanapi_and_a_harvester_work_against_the_portal(
    live_server: LiveServer, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_URL = live_server.url
    world = build_world()
    an_open_dataset(world)
    many_open(world, 6)
    with RemoteCKAN(live_server.url, user_agent="harvester/1.0") as remote:
        listed = remote.action.package_list()
        assert len(listed) == 7
        assert remote.action.package_show(id=listed[0])["name"] == listed[0]
        with pytest.raises(NotFound):
            remote.action.package_show(id="nothing")
        with pytest.raises(ValidationError):
            remote.action.package_search(rows="x")
        with pytest.raises(SearchQueryError):
            remote.action.package_search(fq="(")
        with pytest.raises(SearchError):
            remote.action.package_search(sort="nothing asc")
        assert len(harvested(remote, "1970-01-01T00:00:00Z")) == 7
        since = timezone.now().isoformat()
        changed = CatalogEntry.objects.get(title=TITLE)
        EntryRevision.objects.create(
            entry=changed, number=2, content={}, digest="0" * 64, approved_at=timezone.now()
        )
        assert harvested(remote, since) == {slug_of(changed)}
    with RemoteCKAN(live_server.url, get_only=True) as remote:
        assert remote.action.package_search(q="登记", rows=3)["count"] == 6


def harvested(remote: RemoteCKAN, since: str) -> set[str]:
    """What a harvester gathers: page after page of what changed since it was here last."""
    found: set[str] = set()
    while True:
        page = remote.action.package_search(
            fq=f"metadata_modified:[{since} TO *]",
            sort="metadata_modified asc",
            rows=3,
            start=len(found),
        )
        if not page["results"]:
            assert len(found) == page["count"]
            return found
        found |= {one["name"] for one in page["results"]}
