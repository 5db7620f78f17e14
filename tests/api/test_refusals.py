"""What the API answers when it refuses: problem details in Chinese, and nothing of the inside."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import Client
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from citybrain.api import tokens
from citybrain.audit.models import AuditRecord
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import User
from citybrain.refusals import Conflict, Refused
from tests.personas import World

pytestmark = pytest.mark.django_db
ActorOf = Callable[[User], Actor]


def answer_to(
    exception: Exception, world: World, actor_of: ActorOf
) -> tuple[Response, dict[str, Any]]:
    """What a view answers to a person of the police when `exception` is raised in it."""

    class Refusing(APIView):
        def get(self, request: Request) -> Response:
            raise exception

    issued = tokens.issue(
        actor=actor_of(world.police_head), name="统计程序", scopes=["read"], days=1
    )
    request = APIRequestFactory().get(
        "/api/v1/things/7/", headers={"Authorization": f"Bearer {issued.text}"}
    )
    response = Refusing.as_view()(request).render()
    assert response["Content-Type"] == "application/problem+json"
    assert response.data["status"] == response.status_code
    return response, response.data


def test_a_conflict_shows_the_present_state(world: World, actor_of: ActorOf) -> None:
    _response, problem = answer_to(
        Conflict("刚刚由他人办理。", state_label="已发布"), world, actor_of
    )
    assert problem == {
        "type": "about:blank",
        "title": "状态已变化",
        "status": 409,
        "detail": "刚刚由他人办理。",
        "state": "已发布",
    }


def test_guards_give_their_reasons(world: World, actor_of: ActorOf) -> None:
    _response, problem = answer_to(Refused(["第 1 项未定级。", "第 2 项未定级。"]), world, actor_of)
    assert problem["status"] == 422
    assert problem["reasons"] == ["第 1 项未定级。", "第 2 项未定级。"]


@pytest.mark.parametrize(
    ("exception", "errors"),
    [
        (ValidationError({"name": "请填写名称。"}), {"name": ["请填写名称。"]}),
        (ValidationError("整体有误。"), {"": ["整体有误。"]}),
        (ValidationError({"__all__": ["重复。"], "x": ["错。"]}), {"": ["重复。"], "x": ["错。"]}),
        (serializers.ValidationError({"name": ["必填。"]}), {"name": ["必填。"]}),
        (serializers.ValidationError({"non_field_errors": ["矛盾。"]}), {"": ["矛盾。"]}),
        (
            serializers.ValidationError({"items": [{}, {"grade": ["未定级。"]}]}),
            {"items-1-grade": ["未定级。"]},
        ),
    ],
)
def test_bad_input_is_named_by_field(
    world: World, actor_of: ActorOf, exception: Exception, errors: dict[str, Any]
) -> None:
    _response, problem = answer_to(exception, world, actor_of)
    assert problem["status"] == 400
    assert problem["errors"] == errors


@pytest.mark.parametrize(
    "exception",
    [PermissionDenied("您的角色不能办理。"), exceptions.PermissionDenied("您的角色不能办理。")],
)
def test_a_refused_permission_is_on_record(
    world: World, actor_of: ActorOf, exception: Exception
) -> None:
    _response, problem = answer_to(exception, world, actor_of)
    assert (problem["status"], problem["detail"]) == (403, "您的角色不能办理。")
    entry = AuditRecord.objects.get(verb="access.refused")
    assert entry.actor == world.police_head
    assert entry.subject_text == "/api/v1/things/7/"


def test_unseen_is_not_found_and_says_nothing(world: World, actor_of: ActorOf) -> None:
    _response, problem = answer_to(
        Http404("No CatalogEntry matches the given query."), world, actor_of
    )
    assert problem["status"] == 404
    assert "CatalogEntry" not in str(problem)


def test_too_many_requests_say_when_to_come_back(world: World, actor_of: ActorOf) -> None:
    response, problem = answer_to(exceptions.Throttled(wait=17), world, actor_of)
    assert problem["status"] == 429
    assert response["Retry-After"] == "17"


def test_who_is_unknown_learns_nothing_about_methods(world: World) -> None:
    assert Client().post("/api/v1/me/").status_code == 401
    assert Client().delete("/api/v1/departments/police/").status_code == 401


def test_a_token_without_the_scope_writes_nothing(world: World, actor_of: ActorOf) -> None:
    reading = tokens.issue(actor=actor_of(world.police_head), name="只读", scopes=["read"], days=1)
    writing = tokens.issue(actor=actor_of(world.police_head), name="只写", scopes=["write"], days=1)
    client = Client()

    def ask(method: str, text: str) -> Any:
        send = getattr(client, method)
        return send("/api/v1/departments/", headers={"Authorization": f"Bearer {text}"})

    refused = ask("post", reading.text)
    assert refused.status_code == 403
    assert "办理" in refused.json()["detail"]
    assert ask("post", writing.text).status_code == 405
    assert ask("get", writing.text).status_code == 403
    assert ask("get", reading.text).status_code == 200


def test_a_session_writes_only_with_its_csrf_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.police_head)
    assert client.get("/api/v1/me/").status_code == 200
    refused = client.post("/api/v1/departments/", content_type="application/json")
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    client.get("/notices/")
    token = client.cookies["csrftoken"].value
    accepted = client.post(
        "/api/v1/departments/", content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert accepted.status_code == 405


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/", "/api/v2/"])
def test_an_unknown_address_is_a_problem_too(world: World, path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert "接口文档" in answer.json()["detail"]


def test_an_error_of_ours_shows_nothing_of_the_inside(
    world: World, actor_of: ActorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("citybrain.api.v1.MeSerializer", fail)
    issued = tokens.issue(actor=actor_of(world.police_head), name="x", scopes=["read"], days=1)
    client = Client(raise_request_exception=False)
    answer = client.get("/api/v1/me/", headers={"Authorization": f"Bearer {issued.text}"})
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert "secret inside" not in answer.content.decode()
    assert answer.json()["request_id"]
