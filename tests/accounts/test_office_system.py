"""Single sign-on by the government office system, against a provider that really answers."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from citybrain.audit.models import AuditRecord
from citybrain.organizations.models import User
from tests.accounts import office_system
from tests.accounts.office_system import CLIENT_ID, CLIENT_SECRET, OfficeSystem
from tests.accounts.signing_in import is_signed_in, totp_code
from tests.personas import World

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/oidc/office/login/"
CALLBACK = "/accounts/oidc/office/login/callback/"


@pytest.fixture
def office(settings: Any) -> Iterator[OfficeSystem]:
    with office_system.running() as running:
        provider = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                **provider,
                "APPS": [
                    {
                        "provider_id": "office",
                        "name": "政务办公系统",
                        "client_id": CLIENT_ID,
                        "secret": CLIENT_SECRET,
                        "settings": {"server_url": running.address},
                    }
                ],
            }
        }
        yield running


def sign_in(client: Client, office: OfficeSystem, **claims: Any) -> Any:
    """Goes to the office system and comes back as the person of `claims`."""
    office.claims = {"sub": "9001", **claims}
    there = client.post(LOGIN)
    asked = parse_qs(urlsplit(there["Location"]).query)
    assert there["Location"].startswith(f"{office.address}/authorize")
    assert asked["code_challenge_method"] == ["S256"]
    office.challenge = asked["code_challenge"][0]
    return client.get(CALLBACK, {"code": "the-code", "state": asked["state"][0]})


def test_the_sign_in_page_offers_it(world: World, office: OfficeSystem) -> None:
    page = Client().get("/accounts/login/").content.decode()
    assert "政务办公系统" in page
    assert LOGIN in page


def test_it_is_not_offered_when_it_is_not_configured(world: World) -> None:
    assert LOGIN not in Client().get("/accounts/login/").content.decode()
    assert Client().post(LOGIN).status_code == 404


def test_a_person_with_an_account_is_signed_in(world: World, office: OfficeSystem) -> None:
    client = Client()
    answer = sign_in(client, office, preferred_username="police_head", name="别的名字")
    assert answer["Location"] == "/"
    assert is_signed_in(client)
    assert client.get("/api/v1/me/").json()["username"] == "police_head"
    world.police_head.refresh_from_db()
    assert world.police_head.name == "龚警享", "the bureau keeps the people's files"
    assert AuditRecord.objects.get(verb="account.signed_in").actor == world.police_head
    assert "/token" in office.asked


def test_later_the_link_counts_not_the_name(world: World, office: OfficeSystem) -> None:
    sign_in(Client(), office, preferred_username="police_head")
    client = Client()
    sign_in(client, office, preferred_username="auditor")
    assert client.get("/api/v1/me/").json()["username"] == "police_head"


def test_an_unknown_person_is_turned_away_and_no_account_is_made(
    world: World, office: OfficeSystem
) -> None:
    people = User.objects.count()
    for claims in ({"preferred_username": "stranger"}, {}, {"preferred_username": ""}):
        client = Client()
        answer = sign_in(client, office, email="police_head@example.com", **claims)
        assert answer["Location"] == "/accounts/login/"
        assert not is_signed_in(client)
        assert "尚未在本门户建档" in client.get(answer["Location"]).content.decode()
    assert User.objects.count() == people
    assert SocialAccount.objects.count() == 0


def test_a_closed_account_stays_closed(world: World, office: OfficeSystem) -> None:
    sign_in(Client(), office, preferred_username="police_head")
    User.objects.filter(pk=world.police_head.pk).update(is_active=False)
    client = Client()
    sign_in(client, office, preferred_username="police_head")
    assert not is_signed_in(client)


def test_the_second_factor_is_asked_for_as_well(world: World, office: OfficeSystem) -> None:
    client = Client()
    answer = sign_in(client, office, preferred_username="approver")
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)
    client.post(answer["Location"], {"code": totp_code(world.approver)})
    assert is_signed_in(client)


def test_who_signs_in_there_need_not_know_the_one_time_password(
    world: World, office: OfficeSystem
) -> None:
    User.objects.filter(pk=world.police_head.pk).update(must_change_password=True)
    client = Client()
    sign_in(client, office, preferred_username="police_head")
    assert client.get("/notices/").status_code == 200


def test_an_answer_that_nobody_asked_for_is_refused(world: World, office: OfficeSystem) -> None:
    """Login CSRF: an attacker's code, delivered to somebody else's browser."""
    office.claims = {"sub": "9001", "preferred_username": "police_head"}
    client = Client()
    client.get(CALLBACK, {"code": "the-code", "state": "made-up"})
    assert not is_signed_in(client)
    assert "/token" not in office.asked


def test_a_stolen_code_is_worth_nothing_without_its_proof(
    world: World, office: OfficeSystem
) -> None:
    client = Client()
    there = client.post(LOGIN)
    state = parse_qs(urlsplit(there["Location"]).query)["state"][0]
    office.claims, office.challenge = {"sub": "9001", "preferred_username": "police_head"}, "other"
    client.get(CALLBACK, {"code": "the-code", "state": state})
    assert not is_signed_in(client)
