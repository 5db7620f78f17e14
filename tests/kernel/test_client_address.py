"""Whose address counts: nobody may choose their own by a header."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from citybrain.middleware import ClientAddressMiddleware

PROXY, OUTER_PROXY, CLIENT = "10.0.0.1", "10.0.0.2", "203.0.113.9"


def after(
    settings: Any, *, peer: str, headers: dict[str, str], proxies: Iterable[str] = ()
) -> HttpRequest:
    """The request as the views see it."""
    settings.TRUSTED_PROXIES = list(proxies)
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)
    ClientAddressMiddleware(view)(request)
    return seen[0]


def test_without_named_proxies_the_peer_is_the_client(settings: Any) -> None:
    request = after(
        settings,
        peer=CLIENT,
        headers={"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"},
    )
    assert request.META["REMOTE_ADDR"] == CLIENT
    assert "HTTP_X_FORWARDED_FOR" not in request.META
    assert "HTTP_X_FORWARDED_PROTO" not in request.META


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        (CLIENT, CLIENT),
        (f"1.2.3.4, {CLIENT}", CLIENT),
        (f"{CLIENT}, {OUTER_PROXY}", CLIENT),
        (f"1.2.3.4, {CLIENT}, {OUTER_PROXY}", CLIENT),
        ("", PROXY),
        ("rubbish", PROXY),
        (f"{CLIENT}, rubbish", PROXY),
        ("2001:db8::7", "2001:db8::7"),
    ],
)
def test_a_named_proxy_is_believed_as_far_as_it_saw(
    settings: Any, forwarded: str, client: str
) -> None:
    request = after(
        settings,
        peer=PROXY,
        headers={"X-Forwarded-For": forwarded},
        proxies=["10.0.0.0/24"],
    )
    assert request.META["REMOTE_ADDR"] == client


def test_somebody_else_is_not_believed_although_proxies_are_named(settings: Any) -> None:
    request = after(
        settings,
        peer=CLIENT,
        headers={
            "X-Forwarded-For": PROXY,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "evil.example",
        },
        proxies=["10.0.0.0/24"],
    )
    assert request.META["REMOTE_ADDR"] == CLIENT
    assert not [name for name in request.META if name.startswith("HTTP_X_FORWARDED")]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("f3a9-77.b_2", True), ("x" * 65, False), ("a b", False), ("a\nb", False), ("号", False)],
)
def test_a_request_id_is_taken_over_only_when_it_is_one(
    settings: Any, given: str, kept: bool
) -> None:
    settings.TRUSTED_PROXIES = []
    request = RequestFactory().get("/", REMOTE_ADDR=CLIENT)
    request.META["HTTP_X_REQUEST_ID"] = given
    ClientAddressMiddleware(lambda _request: HttpResponse())(request)
    assert ("HTTP_X_REQUEST_ID" in request.META) is kept
