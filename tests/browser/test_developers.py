"""The link from the mail, pressed in a real browser: what it sends along decides, and no client of tests."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from sharing.developers import letters
from sharing.developers.choices import LetterKind
from sharing.models import Developer
from tests.browser.people import PATIENCE
from tests.personas import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GIVEN = {"kind": "person", "name": "符演示", "credit_code": "", "purpose": "课程作业"}


def test_a_developer_confirms_the_registration(chromium: Browser, live_server: LiveServer) -> None:
    """A page without a referrer posts as from nowhere, and is refused as forged."""
    build_world()
    letters.ask(LetterKind.CONFIRM, "fu@example.com", GIVEN)
    found = re.search(r"https?://[^/]+(/open/developers/link/\S+)", mail.outbox[0].body)
    assert found
    context = chromium.new_context(locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{live_server.url}{found[1]}")
    page.get_by_role("button", name="确认注册").click()
    page.wait_for_url("**/open/developers/mine/")
    assert Developer.objects.get().email == "fu@example.com"
    context.close()
