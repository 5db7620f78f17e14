"""One's own password: the rule, the first change, what follows from a change."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from citybrain.administration.services.people import create_person, reset_password
from citybrain.api import tokens
from citybrain.audit.models import AuditRecord
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import User
from tests.accounts.signing_in import attempt, is_signed_in
from tests.factories.organizations import PASSWORD
from tests.personas import World

pytestmark = pytest.mark.django_db
CHANGE = "/accounts/password/change/"
INBOX = "/notices/"
NEW = "Another-Pass-2026"


def test_the_rules_are_told_politely(world: World, signed_in: Callable[[User], Client]) -> None:
    page = signed_in(world.police_head).get(CHANGE).content.decode()
    assert "密码不能与您的姓名、用户名等个人信息相似。" in page
    assert "你" not in page


def change(client: Client, old: str, new: str) -> list[str]:
    """Changes the password through the page; returns the messages, none when it worked."""
    answer = client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new})
    if answer.status_code == 302:
        return []
    return [str(text) for found in answer.context["form"].errors.values() for text in found]


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Ab1-short", "10"),
        ("alllowercase123", "3 类"),
        ("Password123", "常见"),
        ("Police_head-1", "用户名"),
        (PASSWORD, "不能与原密码相同"),
    ],
)
def test_the_rule_says_what_is_missing(
    world: World, signed_in: Callable[[User], Client], password: str, words: str
) -> None:
    messages = change(signed_in(world.police_head), PASSWORD, password)
    assert any(words in message for message in messages), messages
    world.police_head.refresh_from_db()
    assert world.police_head.check_password(PASSWORD)


def test_a_change_is_on_record_and_ends_other_sessions(world: World) -> None:
    here, elsewhere = Client(), Client()
    attempt(here, "police_head")
    attempt(elsewhere, "police_head")
    assert change(here, PASSWORD, NEW) == []
    assert here.get(INBOX).status_code == 200
    assert elsewhere.get(INBOX).status_code == 302
    entry = AuditRecord.objects.get(verb="account.password_changed")
    assert entry.actor == world.police_head
    assert NEW not in str(entry.data)


def test_the_old_password_is_asked_for(world: World, signed_in: Callable[[User], Client]) -> None:
    assert change(signed_in(world.police_head), "Wrong-Password-1", NEW)


def test_a_one_time_password_opens_nothing_but_its_own_change(
    world: World, actor_of: Callable[[User], Actor]
) -> None:
    issued = create_person(
        actor=actor_of(world.admin),
        values={"username": "gaj.new", "name": "卞新录", "department": world.police},
        roles=["cataloguer"],
    )
    client = Client()
    attempt(client, "gaj.new", issued.password)
    assert is_signed_in(client)
    for path in (INBOX, "/", "/tokens/", "/catalog/"):
        assert client.get(path)["Location"] == CHANGE
    refused = client.get("/api/v1/me/")
    assert refused.status_code == 403
    assert "一次性密码" in refused.json()["detail"]
    assert change(client, issued.password, issued.password) == ["新密码不能与原密码相同。"]
    assert change(client, issued.password, NEW) == []
    assert client.get(INBOX).status_code == 200
    assert client.get("/api/v1/me/").json()["username"] == "gaj.new"


def test_a_reset_password_replaces_the_forgotten_one_and_ends_sessions(
    world: World, actor_of: Callable[[User], Actor]
) -> None:
    client = Client()
    attempt(client, "police_head")
    token = tokens.issue(actor=actor_of(world.police_head), name="程序", scopes=["read"], days=30)
    issued = reset_password(actor=actor_of(world.admin), user=world.police_head)
    assert client.get(INBOX).status_code == 302
    bearer = {"Authorization": f"Bearer {token.text}"}
    assert Client().get("/api/v1/me/", headers=bearer).status_code == 401
    assert not is_signed_in(attempted("police_head", PASSWORD))
    assert is_signed_in(attempted("police_head", issued.password))


def attempted(username: str, password: str) -> Client:
    client = Client()
    attempt(client, username, password)
    return client


def test_the_admin_page_resets_passwords(world: World, signed_in: Callable[[User], Client]) -> None:
    url = reverse("administration:person_password", args=[world.police_head.pk])
    assert signed_in(world.police_cataloguer).post(url).status_code == 404
    answer = signed_in(world.admin).post(url)
    assert answer.status_code == 200
    issued = answer.context["people"][0]
    assert is_signed_in(attempted("police_head", issued.password))
