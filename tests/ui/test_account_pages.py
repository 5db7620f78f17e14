"""Sign-in and account pages: Chinese throughout, in the portal's layout, no self-registration."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from citybrain.organizations.models import User
from tests.factories.organizations import PASSWORD
from tests.personas import World
from tests.ui.drawing import words

PUBLIC = ("account_login", "account_inactive")
OWN = (
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_generate_recovery_codes",
    "mfa_deactivate_totp",
    "usersessions_list",
)
# Proper names and terms that stay as they are in Chinese text.
FOREIGN = {"English", "TOTP", "Cookie", "IP", "Excel", "APP"}

pytestmark = pytest.mark.django_db


def opened(client: Client, name: str) -> html.HtmlElement:
    response = client.get(reverse(name))
    assert response.status_code == 200, response.headers.get("Location")
    return html.document_fromstring(response.content.decode())


def foreign_words(root: html.HtmlElement) -> set[str]:
    """Words of Latin letters that a reader sees in the main part, placeholders included."""
    main = root.get_element_by_id("main")
    for junk in main.xpath(".//script | .//code | .//*[contains(@class, 'mono')] | .//tbody"):
        junk.drop_tree()
    seen = words(main) + " ".join(main.xpath(".//@placeholder | .//@title | .//@aria-label"))
    return set(re.findall(r"[A-Za-z]{2,}", seen)) - FOREIGN


def confirmed(client: Client) -> Client:
    """Changing a second factor asks for the password again."""
    response = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert response.status_code == 302
    return client


@pytest.fixture
def person(world: World, signed_in: Callable[[User], Client]) -> Client:
    return confirmed(signed_in(world.evaluator))


@pytest.mark.parametrize("name", PUBLIC)
def test_public_page_is_chinese(client: Client, name: str) -> None:
    root = opened(client, name)
    assert foreign_words(root) == set()
    assert root.xpath("//h1")


@pytest.mark.parametrize("name", OWN)
def test_own_page_is_chinese_and_in_the_layout(person: Client, name: str) -> None:
    root = opened(person, name)
    assert foreign_words(root) == set()
    assert len(root.xpath("//h1")) == 1


def test_setting_up_the_second_factor_is_chinese(
    world: World, signed_in: Callable[[User], Client]
) -> None:
    root = opened(confirmed(signed_in(world.police_cataloguer)), "mfa_activate_totp")
    assert foreign_words(root) == set()
    assert root.xpath('//img[@class="qr"]/@src')[0].startswith("data:image/svg")


def test_recovery_codes_are_shown_in_chinese(person: Client) -> None:
    person.post(reverse("mfa_generate_recovery_codes"))
    root = opened(person, "mfa_view_recovery_codes")
    assert len(root.get_element_by_id("recovery-codes")) == 10
    assert foreign_words(root) == set()


def test_a_wrong_password_is_said_in_chinese(client: Client) -> None:
    response = client.post(reverse("account_login"), {"login": "nobody", "password": "wrong"})
    alert = html.document_fromstring(response.content.decode()).xpath('//main//*[@role="alert"]')
    assert "密码不正确" in words(alert[0])


def test_nobody_is_invited_to_register(client: Client) -> None:
    assert "/signup" not in client.get(reverse("account_login")).content.decode()


def test_the_mail_about_a_changed_password_is_chinese(world: World) -> None:
    text = render_to_string(
        "account/email/password_changed_message.txt",
        {"timestamp": timezone.now(), "ip": "127.0.0.1", "user_agent": ""},
    )
    assert "您的账户密码已修改。" in text
    assert settings.SITE_NAME in text
    assert not re.findall(r"[A-Za-z]{2,}", text), text


def test_a_forgotten_password_is_a_matter_for_people(client: Client) -> None:
    root = opened(client, "account_login")
    assert "请联系本单位管理人员" in words(root)
    assert not root.xpath('//a[contains(@href, "reset")]')
