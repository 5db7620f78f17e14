"""What every answer carries for the browser's and the people's protection."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from citybrain.audit.models import AuditRecord
from citybrain.organizations.models import User
from tests.accounts.signing_in import attempt
from tests.personas import World

pytestmark = pytest.mark.django_db
PAGES = ["/accounts/login/", "/notices/", "/audit/", "/administration/people/", "/tokens/"]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_allows_inline_code_or_frames(
    world: World, signed_in: Callable[[User], Client], path: str
) -> None:
    answer = signed_in(world.auditor).get(path)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    text = answer.content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*(?:src=|application/json))", text)


def test_pages_of_people_are_not_kept_by_browsers(
    world: World, signed_in: Callable[[User], Client]
) -> None:
    answer = signed_in(world.police_head).get("/notices/")
    assert answer["Cache-Control"] == "private, no-cache, no-store"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    client = Client()
    attempt(client, "police_head")
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"], "the session ends with the browser"


def test_behind_tls_cookies_and_addresses_stay_there(settings: Any) -> None:
    """The settings of production, put on one by one: this process runs the tests' own."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    plain = Client().get("/accounts/login/")
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/accounts/login/")
    assert Client().get("/healthz").status_code == 200
    safe = Client().get("/accounts/login/", secure=True)
    assert "max-age=31536000; includeSubDomains" in safe["Strict-Transport-Security"]
    assert safe.cookies["csrftoken"]["secure"]


def test_nobody_claims_tls_by_a_header(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    claimed = {"X-Forwarded-Proto": "https"}
    stranger = Client().get("/accounts/login/", headers=claimed, REMOTE_ADDR="203.0.113.9")
    assert stranger.status_code == 301
    proxy = Client().get("/accounts/login/", headers=claimed, REMOTE_ADDR="10.0.0.1")
    assert proxy.status_code == 200


def test_an_unknown_host_is_refused(world: World) -> None:
    assert Client().get("/accounts/login/", headers={"Host": "evil.example"}).status_code == 400


def test_every_answer_names_its_request_and_the_trail_keeps_it(world: World) -> None:
    client = Client()
    answer = client.get("/accounts/login/")
    assert re.fullmatch(r"[0-9a-f-]{36}", answer["X-Request-ID"])
    named = client.get("/healthz", headers={"X-Request-ID": "monitor-7"})
    assert named["X-Request-ID"] == "monitor-7"
    answer = attempt(client, "police_head")
    entry = AuditRecord.objects.get(verb="account.signed_in")
    assert entry.request_id == answer["X-Request-ID"]


def test_a_request_id_of_any_length_breaks_nothing(world: World) -> None:
    client = Client(headers={"X-Request-ID": "x" * 500})
    assert attempt(client, "police_head").status_code == 302
    assert len(AuditRecord.objects.get(verb="account.signed_in").request_id) == 36
