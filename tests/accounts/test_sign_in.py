"""Sign-in by user name: lockout, session, redirects, and what is left on record."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from citybrain.audit.models import AuditRecord
from citybrain.organizations.models import User
from tests.accounts.signing_in import LOGIN, attempt, is_signed_in
from tests.factories.organizations import PASSWORD
from tests.personas import World

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    return list(AuditRecord.objects.order_by("id").values_list("verb", flat=True))


def test_signing_in_and_out_is_on_record(world: World) -> None:
    client = Client()
    answer = attempt(client, "police_head", address="192.0.2.7")
    assert answer.status_code == 302
    assert is_signed_in(client)
    client.post(reverse("account_logout"), REMOTE_ADDR="192.0.2.7")
    assert not is_signed_in(client)
    signed_in, signed_out = AuditRecord.objects.order_by("id")
    assert (signed_in.verb, signed_out.verb) == ("account.signed_in", "account.signed_out")
    assert signed_in.actor == signed_out.actor == world.police_head
    assert signed_in.department == world.police
    assert signed_in.ip == signed_out.ip == "192.0.2.7"


def test_the_user_name_is_taken_in_any_case(world: World) -> None:
    client = Client()
    attempt(client, "Police_Head")
    assert is_signed_in(client)


def test_a_failure_is_on_record_without_what_was_typed(world: World) -> None:
    client = Client()
    attempt(client, "police_head", "Wrong-Password-1")
    attempt(client, "My-Secret-Password-9", "x")
    known, unknown = AuditRecord.objects.order_by("id")
    assert known.verb == unknown.verb == "account.sign_in_failed"
    assert known.subject_id == world.police_head.pk
    assert known.actor is None
    assert (unknown.subject_id, unknown.subject_text) == (None, "")
    kept = "".join(str(list(AuditRecord.objects.values())))
    assert "Wrong-Password-1" not in kept
    assert "My-Secret-Password-9" not in kept


def test_the_answer_does_not_tell_whether_an_account_exists(world: World) -> None:
    wrong = attempt(Client(), "police_head", "Wrong-Password-1")
    unknown = attempt(Client(), "nobody-here", "Wrong-Password-1")
    assert wrong.context["form"].errors == unknown.context["form"].errors


def test_five_failures_lock_the_account_at_that_address(world: World) -> None:
    client = Client()
    for _time in range(5):
        attempt(client, "police_head", "Wrong-Password-1", address="192.0.2.7")
    locked = attempt(client, "police_head", PASSWORD, address="192.0.2.7")
    assert not is_signed_in(client)
    assert "登录失败次数过多" in str(locked.context["form"].errors)
    assert attempt(client, "POLICE_head", address="192.0.2.7").status_code == 200
    assert verbs().count("account.sign_in_failed") == 5


def test_a_lockout_touches_neither_other_addresses_nor_colleagues(world: World) -> None:
    for _time in range(6):
        attempt(Client(), "police_head", "Wrong-Password-1", address="192.0.2.7")
    elsewhere, colleague = Client(), Client()
    attempt(elsewhere, "police_head", address="192.0.2.8")
    attempt(colleague, "police_security", address="192.0.2.7")
    assert is_signed_in(elsewhere)
    assert is_signed_in(colleague)


def test_successes_are_not_counted_as_failures(world: World) -> None:
    for _time in range(7):
        client = Client()
        attempt(client, "police_head")
        assert is_signed_in(client)


def test_an_account_attacked_from_many_addresses_is_locked_in_the_end(world: World) -> None:
    for number in range(50):
        attempt(Client(), "police_head", "Wrong-Password-1", address=f"192.0.2.{number // 4 + 1}")
    client = Client()
    attempt(client, "police_head", address="198.51.100.1")
    assert not is_signed_in(client)
    attempt(client, "police_security", address="198.51.100.1")
    assert is_signed_in(client)


def test_one_address_alone_locks_nobody_out_everywhere(world: World) -> None:
    begun = timezone.now()
    for turn in range(11):
        with time_machine.travel(begun + timedelta(minutes=5.2 * turn)):
            for _time in range(5):
                attempt(Client(), "police_head", "Wrong-Password-1", address="192.0.2.7")
    client = Client()
    with time_machine.travel(begun + timedelta(minutes=58)):
        attempt(client, "police_head", address="198.51.100.1")
    assert is_signed_in(client)


def test_the_session_gets_a_new_key_at_sign_in(world: World) -> None:
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by an attacker"
    session.save()
    client.cookies["sessionid"] = session.session_key
    attempt(client, "police_head")
    assert is_signed_in(client)
    assert client.session.session_key != session.session_key


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
    ],
)
def test_nobody_is_sent_elsewhere_after_sign_in(world: World, target: str) -> None:
    answer = attempt(Client(), "police_head", to=target)
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith("//")


def test_sign_in_leads_back_to_the_page_that_was_asked_for(world: World) -> None:
    wanted = reverse("notices:inbox")
    asked = Client().get(wanted)
    assert asked["Location"] == f"{LOGIN}?next={wanted}"
    assert attempt(Client(), "police_head", to=wanted)["Location"] == wanted


def test_a_closed_account_does_not_sign_in(world: World) -> None:
    User.objects.filter(pk=world.police_head.pk).update(is_active=False)
    client = Client()
    attempt(client, "police_head")
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/1-abc/",
        "password/set/",
        "confirm-email/",
        "login/code/confirm/",
        "3rdparty/",
        "3rdparty/signup/",
        "social/signup/",
    ],
)
def test_what_the_bureau_does_for_people_has_no_page(
    world: World, signed_in: Callable[[User], Client], path: str
) -> None:
    assert Client().get(f"/accounts/{path}").status_code == 404
    assert signed_in(world.police_head).get(f"/accounts/{path}").status_code == 404


def test_signing_out_takes_a_deliberate_step(
    world: World, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(world.police_head)
    client.get(reverse("account_logout"))
    assert is_signed_in(client)


def test_other_sessions_can_be_seen_and_ended(world: World) -> None:
    office, tablet = Client(), Client()
    attempt(office, "police_head")
    attempt(tablet, "police_head", address="192.0.2.9")
    # A session is listed from its first page on.
    office.get(reverse("notices:inbox"))
    tablet.get(reverse("notices:inbox"), REMOTE_ADDR="192.0.2.9")
    page = office.get(reverse("usersessions_list"))
    assert len(page.context["sessions"]) == 2
    assert "192.0.2.9" in page.content.decode()
    office.post(reverse("usersessions_list"))
    assert tablet.get(reverse("notices:inbox")).status_code == 302
    assert office.get(reverse("notices:inbox")).status_code == 200
