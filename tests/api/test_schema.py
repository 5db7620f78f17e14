"""The description of the API is valid, complete, and says how refusals look."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from citybrain.organizations.models import User
from tests.personas import World


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The schema as drf-spectacular's own command writes it; its warnings are errors."""
    path = tmp_path_factory.mktemp("schema") / "schema.yml"
    call_command(
        "spectacular", file=str(path), validate=True, fail_on_warn=True, stderr=io.StringIO()
    )
    described: dict[str, Any] = yaml.safe_load(path.read_text())
    return described


def operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method} {path}": operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    }


def test_the_schema_is_valid_without_warnings(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.")
    assert {
        "get /api/v1/departments/",
        "get /api/v1/entries/",
        "patch /api/v1/entries/{id}/",
        "post /api/v1/applications/",
        "post /api/v1/applications/{id}/moves/{name}/",
        "post /api/v1/authorizations/{id}/code/",
        "get /api/v1/duties/{id}/",
        "post /api/v1/reports/",
        "get /api/v1/scorecards/",
        "get /api/v1/me/",
    } <= set(operations(described))


def test_every_operation_is_named_in_both_languages_and_under_a_noun(
    described: dict[str, Any],
) -> None:
    nouns = {tag["name"] for tag in described["tags"]}
    for name, operation in operations(described).items():
        chinese, _dot, english = operation["summary"].partition(" · ")
        assert not chinese.isascii(), name
        assert english.isascii(), name
        assert len(english) > 3, name
        assert set(operation["tags"]) <= nouns, name


def test_every_operation_says_how_it_refuses(described: dict[str, Any]) -> None:
    problem = described["components"]["schemas"]["Problem"]
    assert {"title", "status", "detail", "errors", "reasons", "state", "request_id"} <= set(
        problem["properties"]
    )
    for name, operation in operations(described).items():
        refusal = operation["responses"]["default"]["content"]["application/problem+json"]
        assert refusal["schema"]["$ref"].endswith("/Problem"), name


def test_moves_are_listed_with_what_they_need(described: dict[str, Any]) -> None:
    move = operations(described)["post /api/v1/applications/{id}/moves/{name}/"]
    name = next(one for one in move["parameters"] if one["name"] == "name")
    assert "refuse" in name["schema"]["enum"]
    assert "`refuse` 不予共享: reason, refusal_basis" in move["description"]
    control = operations(described)["post /api/v1/authorizations/{id}/moves/{name}/"]
    name = next(one for one in control["parameters"] if one["name"] == "name")
    assert name["schema"]["enum"] == ["finish", "resume", "revoke", "suspend"]


@pytest.mark.django_db
def test_people_with_an_account_read_the_same_schema(
    world: World, signed_in: Callable[[User], Client], described: dict[str, Any]
) -> None:
    assert Client().get("/api/schema/").status_code == 401
    answer = signed_in(world.police_head).get("/api/schema/")
    assert set(yaml.safe_load(answer.content)["paths"]) == set(described["paths"])
