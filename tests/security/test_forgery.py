"""Nobody makes another person's browser do something: forms carry a token, links change nothing."""

import pytest
from django.test import Client

from tests.permissions.test_matrix import ROWS
from tests.personas import World
from tests.security.addresses import Address, addresses

pytestmark = pytest.mark.django_db
FORGED = "为防止他人冒用您的身份"


def forgers_client(world: World) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.admin)
    return client


def test_only_addresses_for_machines_take_a_post_without_a_token() -> None:
    exempt = [one for one in addresses() if getattr(one.view, "csrf_exempt", False)]
    assert len(exempt) > 15
    assert not [one.name for one in exempt if not one.is_for_machines]


def test_every_form_is_refused_without_its_token(world: World) -> None:
    client = forgers_client(world)
    pages = [one for one in addresses() if not one.is_for_machines]
    assert len(pages) > 60
    accepted = []
    for page in pages:
        answer = client.post(page.path, {"name": "x"})
        if answer.status_code != 403 or FORGED not in answer.content.decode():
            accepted.append(f"{page.name}: {answer.status_code}")
    assert not accepted, accepted


def test_a_session_writes_over_the_api_with_its_token_only(world: World) -> None:
    client = forgers_client(world)
    for one in addresses():
        if one.is_for_machines and one.path.startswith("/api/v1/"):
            answer = client.post(one.path, {}, content_type="application/json")
            assert answer.status_code == 403, one.name
            assert "CSRF" in answer.json()["detail"], one.name


def posted_only() -> list[Address]:
    """Addresses that the permission matrix knows as forms alone."""
    read = {row.name for row in ROWS if row.method == "get"}
    written = {row.name for row in ROWS if row.method != "get"} - read
    return [one for one in addresses() if one.name in written]


def test_a_link_changes_nothing(world: World) -> None:
    client = Client()
    client.force_login(world.police_head)
    followed = {one.name: client.get(one.path).status_code for one in posted_only()}
    assert len(followed) > 15
    assert set(followed.values()) <= {405, 403}, followed
