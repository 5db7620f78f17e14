"""Calling the gateway the way a consumer's system does: with the code, signed where it must be."""

import secrets
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.test import Client
from django.utils import timezone

from sharing.codes.signing import Target, authorization_header


def headers(code: str, address: str, **given: Any) -> dict[str, str]:
    """The headers of a GET of the address (path and query) with this code; none without one.

    `nonce` and `at`, what the caller's clock shows, may be given.
    """
    if not code:
        return {}
    path, _mark, query = address.partition("?")
    at = given.get("at") or timezone.now()
    nonce = given.get("nonce") or secrets.token_hex(16)
    header = authorization_header(code, Target("GET", path, query), at=at, nonce=nonce)
    return {"Authorization": header}


def call(
    code: str,
    address: str,
    *,
    client: Client | None = None,
    at: datetime | None = None,
    **more: Any,
) -> Any:
    """The answer to a GET of the address, which may have letters that are to be encoded."""
    address = quote(address, safe="/?&=%,")
    return (client or Client()).get(address, headers=headers(code, address, at=at), **more)
