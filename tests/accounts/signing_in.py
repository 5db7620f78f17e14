"""Signing in as a browser does: through the page, with whatever it asks for."""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from citybrain.organizations.models import User
from tests.factories.organizations import PASSWORD

LOGIN = "/accounts/login/"
PERIOD = 30


def attempt(
    client: Client,
    username: str,
    password: str = PASSWORD,
    *,
    address: str = "127.0.0.1",
    to: str = "",
) -> Any:
    data = {"login": username, "password": password}
    if to:
        data["next"] = to
    return client.post(LOGIN, data, REMOTE_ADDR=address)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code_of(secret: str) -> str:
    """What a telephone that knows `secret` shows now (RFC 6238)."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD))


def totp_code(user: User) -> str:
    return code_of(Authenticator.objects.get(user=user, type="totp").data["secret"])
