"""The kernel's nouns under /api/v1/, their paging, and the description of it all."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from citybrain.organizations.models import User
from tests.factories.organizations import DepartmentFactory
from tests.personas import World

pytestmark = pytest.mark.django_db
DEPARTMENTS = "/api/v1/departments/"


@pytest.fixture
def client_of_police(world: World, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(world.police_head)


def test_departments_are_for_people_with_an_account(client_of_police: Client) -> None:
    assert Client().get(DEPARTMENTS).status_code == 401
    answer = client_of_police.get(DEPARTMENTS).json()
    assert answer["count"] == 7
    assert answer["next"] is None
    police = next(one for one in answer["results"] if one["code"] == "police")
    assert police["parent"] == "city"
    assert police["kind"] == "government"
    assert client_of_police.get(f"{DEPARTMENTS}police/").json() == police
    assert client_of_police.get(f"{DEPARTMENTS}nowhere/").status_code == 404


@pytest.mark.parametrize("path", ["departments/", "duties/", "entries/", "applications/"])
def test_a_parameter_that_nobody_knows_is_refused_by_name(
    client_of_police: Client, path: str
) -> None:
    assert client_of_police.get(f"/api/v1/{path}?page=1&page_size=5").status_code == 200
    refused = client_of_police.get(f"/api/v1/{path}?statee=open")
    assert refused.status_code == 400
    assert "没有这个参数，可用的参数有" in refused.json()["errors"]["statee"][0]


def test_departments_are_narrowed(client_of_police: Client) -> None:
    found = client_of_police.get(DEPARTMENTS, {"q": "水务"}).json()
    assert [one["code"] for one in found["results"]] == ["water"]
    refused = client_of_police.get(DEPARTMENTS, {"kind": "nonsense"})
    assert refused.status_code == 400
    assert "kind" in refused.json()["errors"]


def test_pages_have_a_limit_and_a_constant_price(client_of_police: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client_of_police.get(DEPARTMENTS, {"page_size": 100})
        return len(captured)

    queries()  # the first request of a session notes where it comes from
    before = queries()
    for _number in range(120):
        DepartmentFactory()
    assert queries() == before
    answer = client_of_police.get(DEPARTMENTS, {"page_size": 5000}).json()
    assert len(answer["results"]) == 100
    assert answer["count"] == 127
    second = client_of_police.get(DEPARTMENTS, {"page_size": 100, "page": 2}).json()
    assert len(second["results"]) == 27
    assert client_of_police.get(DEPARTMENTS, {"page": 99}).status_code == 404


def test_the_documentation_sends_to_sign_in_and_holds_no_inline_code(
    client_of_police: Client,
) -> None:
    assert Client().get("/api/docs/")["Location"].startswith("/accounts/login/")
    page = client_of_police.get("/api/docs/")
    text = page.content.decode()
    assert "<style" not in text
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == 3
    assert all("src=" in attributes and not code.strip() for attributes, code in scripts)
    script = client_of_police.get("/api/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
