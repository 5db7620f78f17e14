"""API tokens: issued by their owner, shown once, kept as a keyed hash, ended at any time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from citybrain.api import tokens
from citybrain.audit.models import AuditRecord
from citybrain.organizations.actors import Actor, system_actor
from citybrain.organizations.models import ApiToken, User
from tests.personas import World

pytestmark = pytest.mark.django_db
ActorOf = Callable[[User], Actor]
ME = "/api/v1/me/"


@pytest.fixture
def issued(world: World, actor_of: ActorOf) -> tokens.IssuedToken:
    return tokens.issue(
        actor=actor_of(world.police_head), name="统计程序", scopes=["read"], days=30
    )


def call(text: str, path: str = ME, scheme: str = "Bearer") -> Any:
    return Client().get(path, headers={"Authorization": f"{scheme} {text}"})


def test_a_token_stands_for_its_owner(world: World, issued: tokens.IssuedToken) -> None:
    answer = call(issued.text)
    assert answer.status_code == 200
    assert answer.json() == {
        "username": "police_head",
        "name": "龚警享",
        "department": "police",
        "roles": ["sharing_head"],
        "scopes": ["read"],
    }
    assert call(issued.text, scheme="bearer").status_code == 200


def test_it_waits_for_the_second_factor_that_a_new_role_asks_for(
    issued: tokens.IssuedToken, settings: Any
) -> None:
    assert call(issued.text).status_code == 200
    settings.SECOND_FACTOR_ROLES = ["sharing_head"]
    refused = call(issued.text)
    assert refused.status_code == 401
    assert "两步验证" in refused.json()["detail"]


def test_only_a_keyed_hash_is_kept(world: World, issued: tokens.IssuedToken, settings: Any) -> None:
    key, _dot, secret = issued.text.removeprefix("cbt_").partition(".")
    stored = ApiToken.objects.get()
    assert stored.key == key
    assert secret not in str(list(ApiToken.objects.values()) + list(AuditRecord.objects.values()))
    assert len(secret) >= 40
    settings.CODE_PEPPER = "another pepper, as long as the first one was"
    assert call(issued.text).status_code == 401


def test_issuing_and_revoking_are_on_record(
    world: World, actor_of: ActorOf, issued: tokens.IssuedToken
) -> None:
    tokens.revoke(actor=actor_of(world.police_head), token=issued.token)
    tokens.revoke(actor=actor_of(world.police_head), token=issued.token)
    entries = AuditRecord.objects.order_by("id")
    assert [entry.verb for entry in entries] == ["token.issued", "token.revoked"]
    assert entries[0].data["scopes"] == ["read"]


@pytest.mark.parametrize(
    "alter",
    [
        lambda text: text[:-1] + ("a" if text[-1] != "a" else "b"),
        lambda text: text + "x",
        lambda text: text.replace("cbt_", "cbx_"),
        lambda text: text.split(".")[0],
        lambda text: text.split(".")[0] + ".",
        lambda text: "cbt_" + "A" * 12 + "." + text.split(".")[1],
        lambda text: "",
        lambda text: "cbt_.",
        lambda text: "\xff\xfe",
    ],
)
def test_anything_else_is_refused(issued: tokens.IssuedToken, alter: Callable[[str], str]) -> None:
    answer = call(alter(issued.text))
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_wrong_token_does_not_fall_back_to_the_session(
    world: World, signed_in: Callable[[User], Client], issued: tokens.IssuedToken
) -> None:
    client = signed_in(world.police_head)
    assert client.get(ME).status_code == 200
    assert client.get(ME, headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_it_ends_with_its_time_its_owner_or_by_revocation(
    world: World, actor_of: ActorOf, issued: tokens.IssuedToken
) -> None:
    ApiToken.objects.update(expires_at=timezone.now())
    assert call(issued.text).status_code == 401
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert call(issued.text).status_code == 200
    User.objects.filter(pk=world.police_head.pk).update(is_active=False)
    assert call(issued.text).status_code == 401
    User.objects.filter(pk=world.police_head.pk).update(is_active=True)
    tokens.revoke(actor=actor_of(world.police_head), token=issued.token)
    assert call(issued.text).status_code == 401


def test_the_last_use_is_noted_once_a_day(
    issued: tokens.IssuedToken, django_assert_max_num_queries: Any
) -> None:
    call(issued.text)
    assert ApiToken.objects.get().last_used_on == timezone.localdate()
    # The token with its owner, and what /me/ shows of the person; no write the second time.
    with django_assert_max_num_queries(3) as captured:
        call(issued.text)
    assert not [query for query in captured if query["sql"].startswith("UPDATE")]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["read", "admin"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
    ],
)
def test_bad_wishes_are_refused_by_field(
    world: World, actor_of: ActorOf, wrong: dict[str, Any], field: str
) -> None:
    wish = {"name": "统计程序", "scopes": ["read"], "days": 365, **wrong}
    with pytest.raises(ValidationError) as refused:
        tokens.issue(actor=actor_of(world.police_head), **wish)
    assert list(refused.value.message_dict) == [field]


def test_only_a_person_has_tokens(world: World, actor_of: ActorOf) -> None:
    with pytest.raises(PermissionDenied):
        tokens.issue(actor=system_actor(), name="系统", scopes=["read"], days=30)


def test_live_tokens_are_few(world: World, actor_of: ActorOf) -> None:
    actor = actor_of(world.police_head)
    for number in range(tokens.MOST_LIVE_TOKENS):
        tokens.issue(actor=actor, name=str(number), scopes=["read"], days=1)
    with pytest.raises(ValidationError, match="20"):
        tokens.issue(actor=actor, name="more", scopes=["read"], days=1)
    tokens.revoke(actor=actor, token=ApiToken.objects.all()[0])
    tokens.issue(actor=actor, name="more", scopes=["read"], days=1)


def test_the_page_shows_a_new_token_once(world: World, signed_in: Callable[[User], Client]) -> None:
    client = signed_in(world.police_head)
    answer = client.post("/tokens/", {"name": "统计程序", "scopes": ["read"], "days": "90"})
    text = answer.context["issued"].text
    assert text in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert call(text).status_code == 200
    page = client.get("/tokens/").content.decode()
    assert "统计程序" in page
    assert text.split(".")[1] not in page
    assert client.post("/tokens/", {"name": "", "scopes": [], "days": "999"}).status_code == 422


def test_the_page_revokes_ones_own_only(
    world: World, signed_in: Callable[[User], Client], issued: tokens.IssuedToken
) -> None:
    url = f"/tokens/{issued.token.pk}/revoke/"
    assert signed_in(world.police_cataloguer).post(url).status_code == 404
    assert signed_in(world.admin).post(url).status_code == 404
    assert call(issued.text).status_code == 200
    assert signed_in(world.police_head).post(url).status_code == 302
    assert call(issued.text).status_code == 401
    assert "统计程序" not in signed_in(world.police_security).get("/tokens/").content.decode()
