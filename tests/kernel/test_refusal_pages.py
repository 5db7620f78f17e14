"""The refusals of the house as pages: unseen 404, not allowed 403, wrong state 409."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from citybrain.audit.models import AuditRecord
from citybrain.organizations.models import User
from citybrain.refusals import Conflict
from citybrain.urls import handler400, handler403, handler404, handler500
from citybrain.urls import urlpatterns as portal
from tests.personas import World

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
SignedIn = Callable[[User], Client]


def raising(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


urlpatterns = [
    path("test/403/", raising(PermissionDenied("您的角色不能办理这一事项。"))),
    path("test/404/", raising(Http404("No CatalogEntry matches the given query."))),
    path("test/409/", raising(Conflict("刚刚由他人办理。", state_label="已发布"))),
    path("catalog/7/edit/", raising(Conflict("已不是草稿。"))),
    path("test/500/", raising(RuntimeError("secret inside"))),
    *portal,
]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@pytest.fixture
def client(world: World, signed_in: SignedIn) -> Client:
    return signed_in(world.police_head)


def test_not_allowed_is_explained_and_on_record(world: World, client: Client) -> None:
    answer = client.get("/test/403/")
    assert answer.status_code == 403
    assert "您的角色不能办理这一事项。" in answer.content.decode()
    entry = AuditRecord.objects.get(verb="access.refused")
    assert (entry.actor, entry.department) == (world.police_head, world.police)
    assert entry.subject_text == "/test/403/"
    assert entry.data == {"method": "GET"}
    assert entry.request_id == answer["X-Request-ID"]


def test_who_is_not_signed_in_is_asked_to(world: World) -> None:
    answer = Client().get("/test/403/")
    assert answer["Location"] == "/accounts/login/?next=%2Ftest%2F403%2F"
    assert not AuditRecord.objects.filter(verb="access.refused").exists()


def test_unseen_is_not_found_and_says_nothing(client: Client) -> None:
    answer = client.get("/test/404/")
    assert answer.status_code == 404
    assert "CatalogEntry" not in answer.content.decode()
    assert client.get("/nowhere/").status_code == 404


def test_a_wrong_state_is_shown_with_the_present_one(client: Client) -> None:
    answer = client.get("/test/409/")
    assert answer.status_code == 409
    assert "刚刚由他人办理。" in answer.content.decode()
    assert "已发布" in answer.content.decode()


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/catalog/own/?state=draft", "/catalog/own/?state=draft"),
        ("http://testserver/catalog/7/edit/", "/catalog/7/"),
        ("", "/catalog/7/"),
        ("https://evil.example/catalog/7/", "/catalog/7/"),
        ("http://testserver//evil.example/", "/catalog/7/"),
    ],
)
def test_a_wrong_state_leads_back_to_what_it_is_about(
    client: Client, came_from: str, back: str
) -> None:
    answer = client.get("/catalog/7/edit/", headers={"referer": came_from})
    assert answer.status_code == 409
    assert f'<a class="btn btn-primary" href="{back}">' in answer.content.decode()


def test_an_error_of_ours_gives_its_number_and_nothing_else(client: Client) -> None:
    client.raise_request_exception = False
    answer = client.get("/test/500/")
    assert answer.status_code == 500
    text = answer.content.decode()
    assert answer["X-Request-ID"] in text
    assert "secret inside" not in text
    assert "Traceback" not in text


def test_a_forged_form_is_refused(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.police_head)
    answer = client.post("/tokens/", {"name": "x"})
    assert answer.status_code == 403
    assert answer["Content-Type"].startswith("text/html")


def test_refusals_do_not_fail_when_the_trail_is_long(client: Client, settings: Any) -> None:
    assert client.get("/test/403/?" + "x" * 2000).status_code == 403
    assert client.get("/nowhere/" + "路" * 200 + "/").status_code == 404


@pytest.mark.parametrize("address", ["/catalog/?q=%00", "/sharing/calls/?x%00=1", "/audit/?q=a%00"])
def test_an_address_with_nul_is_refused_in_words(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert "含有不能识别的字符" in answer.content.decode()


def test_a_form_with_nul_is_refused_in_words(client: Client) -> None:
    for address in (
        "/catalog/1/moves/discard/",
        "/sharing/services/1/moves/disable/",
        "/sharing/authorizations/1/code/revocation/",
        "/sharing/authorizations/1/moves/suspend/",
    ):
        answer = client.post(address, {"reason": "误\x00建"})
        assert answer.status_code in (400, 404), address
        if answer.status_code == 400:
            assert "含有不能识别的字符" in answer.content.decode()
    assert client.post("/catalog/1/moves/discard/", {"reason": "a\x00"}).status_code == 400
