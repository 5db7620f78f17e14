"""No address of the portal sends people elsewhere."""

from collections.abc import Callable

import pytest
from django.test import Client

from citybrain.organizations.models import User
from tests.personas import World

pytestmark = pytest.mark.django_db
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
]


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize(
    "path", ["/i18n/setlang/", "/accounts/logout/", "/preferences/scale/", "/accounts/login/"]
)
def test_no_form_leads_off_the_portal(
    world: World, signed_in: Callable[[User], Client], path: str, target: str
) -> None:
    client = signed_in(world.police_head)
    answer = client.post(
        f"{path}?next={target}",
        {"next": target, "language": "zh-hans", "scale": "large"},
        headers={"Referer": "https://evil.example/page"},
    )
    assert answer.status_code in (200, 204, 302)
    assert "evil" not in answer.get("Location", "")
    assert "javascript" not in answer.get("Location", "")


@pytest.mark.parametrize(
    "path", ["//evil.example/catalog", "/\\evil.example/catalog", "//evil.example"]
)
def test_a_missing_slash_is_added_on_the_portal_only(world: World, path: str) -> None:
    answer = Client().get(path)
    assert not answer.get("Location", "").startswith(("//", "http", "/\\"))


def test_being_asked_to_sign_in_keeps_to_the_portal(world: World) -> None:
    answer = Client().get("/catalog/?next=https://evil.example/")
    assert answer["Location"].startswith("/accounts/login/?next=/catalog/")
