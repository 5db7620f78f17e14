"""Requests as the server hands them over: the codec that a client names decodes nothing."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.test import RequestFactory

from citybrain.wsgi import Utf8Request, application


def answered(**environ: Any) -> tuple[str, bytes]:
    """The status and the body of the portal's answer."""
    seen: list[str] = []

    def start(status: str, _headers: Iterable[tuple[str, str]], *_more: object) -> None:
        seen.append(status)

    made = RequestFactory().get("/open/verify/").environ | environ
    body = b"".join(application(made, start))  # type: ignore[arg-type]
    return seen[0], body


@pytest.mark.django_db
@pytest.mark.parametrize("codec", ["zlib", "idna", "unicode_escape"])
def test_an_address_is_read_as_utf8_whatever_the_client_names(codec: str) -> None:
    form = f"multipart/form-data; boundary=x; charset={codec}"
    query = {
        "QUERY_STRING": "code=%5Cud800%E7%A0%81",
        "CONTENT_TYPE": f"text/plain; charset={codec}",
    }
    request = Utf8Request(RequestFactory().get("/").environ | query)
    assert request.GET["code"] == "\\ud800码"
    assert answered(**query)[0] == "422 Unprocessable Entity"
    refused = answered(
        REQUEST_METHOD="POST", CONTENT_TYPE=form, HTTP_COOKIE="csrftoken=" + "a" * 32
    )
    assert refused[0] == "400 Bad Request"
