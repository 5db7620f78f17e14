"""The second factor: asked for, required of the bureau, recoverable, on record."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from citybrain.audit.models import AuditRecord
from citybrain.organizations.models import User
from tests.accounts.signing_in import attempt, code_of, is_signed_in, totp_code
from tests.factories.organizations import PASSWORD, UserFactory
from tests.personas import World

pytestmark = pytest.mark.django_db
AUTHENTICATE = "/accounts/2fa/authenticate/"
ACTIVATE = "/accounts/2fa/totp/activate/"
INBOX = "/notices/"


def test_the_password_alone_does_not_sign_in(world: World) -> None:
    client = Client()
    assert attempt(client, "approver")["Location"] == AUTHENTICATE
    assert not is_signed_in(client)
    assert client.get(INBOX).status_code == 302
    wrong = client.post(AUTHENTICATE, {"code": "000000"})
    assert wrong.status_code == 200
    assert not is_signed_in(client)
    client.post(AUTHENTICATE, {"code": totp_code(world.approver)})
    assert is_signed_in(client)
    assert client.get(INBOX).status_code == 200


def test_codes_cannot_be_guessed_at_length(world: World) -> None:
    client = Client()
    attempt(client, "approver")
    for number in range(5):
        client.post(AUTHENTICATE, {"code": f"{number:06d}"})
    client.post(AUTHENTICATE, {"code": totp_code(world.approver)})
    assert not is_signed_in(client)


def test_a_code_works_once(world: World) -> None:
    code = totp_code(world.approver)
    first, second = Client(), Client()
    for client in (first, second):
        attempt(client, "approver")
        client.post(AUTHENTICATE, {"code": code})
    assert is_signed_in(first)
    assert not is_signed_in(second)


@pytest.mark.parametrize(
    "role", ["bureau_approver", "bureau_coordinator", "bureau_evaluator", "bureau_admin"]
)
def test_bureau_roles_set_it_up_before_anything_else_opens(
    world: World, role: str, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    person = UserFactory(department=world.bureau, roles=[role])
    client = Client()
    attempt(client, person.username)
    assert client.get(INBOX)["Location"] == ACTIVATE
    assert client.get("/api/v1/me/").status_code == 403
    page = client.get(ACTIVATE)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(ACTIVATE, {"code": code_of(page.context["form"].secret)})
    assert answer.status_code == 302
    assert client.get(INBOX).status_code == 200
    entries = AuditRecord.objects.filter(verb="account.second_factor_changed", actor=person)
    assert {entry.data["kind"] for entry in entries} == {"totp", "recovery_codes"}


def test_other_roles_may_do_without(world: World) -> None:
    client = Client()
    attempt(client, "police_head")
    assert client.get(INBOX).status_code == 200


def test_which_roles_need_it_is_a_setting(world: World, settings: Any) -> None:
    settings.SECOND_FACTOR_ROLES = ["sharing_head"]
    client = Client()
    attempt(client, "police_head")
    assert client.get(INBOX)["Location"] == ACTIVATE
    settings.SECOND_FACTOR_ROLES = []
    assert client.get(INBOX).status_code == 200


def test_a_recovery_code_replaces_a_lost_telephone_once(world: World) -> None:
    person = UserFactory(department=world.bureau, roles=["bureau_approver"])
    client = Client()
    attempt(client, person.username)
    page = client.get(ACTIVATE)
    client.post(ACTIVATE, {"code": code_of(page.context["form"].secret)})
    listed = client.get(reverse("mfa_view_recovery_codes"))
    code = listed.context["unused_codes"][0]
    for expected in (True, False):
        later = Client()
        attempt(later, person.username)
        later.post(AUTHENTICATE, {"code": code})
        assert is_signed_in(later) is expected


def test_it_is_not_taken_off_without_the_password_again(
    world: World, signed_in: Callable[[User], Client]
) -> None:
    """A session left open at the desk is not enough."""
    client = signed_in(world.approver)
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert "reauthenticate" in answer["Location"]
    assert Authenticator.objects.filter(user=world.approver).exists()


def test_taking_it_off_is_on_record_and_closes_the_portal(world: World) -> None:
    client = Client()
    attempt(client, "approver")
    client.post(AUTHENTICATE, {"code": totp_code(world.approver)})
    client.post(reverse("mfa_deactivate_totp"))
    entry = AuditRecord.objects.filter(verb="account.second_factor_changed").latest("id")
    assert entry.data["change"] == "removed"
    assert client.get(INBOX)["Location"] == ACTIVATE


def test_the_right_password_is_still_needed(world: World) -> None:
    client = Client()
    attempt(client, "approver", PASSWORD + "x")
    answer = client.post(AUTHENTICATE, {"code": totp_code(world.approver)})
    assert answer.status_code == 302
    assert not is_signed_in(client)
