"""Logs: JSON lines with the request and the department, without people and secrets."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.db import IntegrityError
from django.test import Client

from citybrain import logs
from citybrain.api import tokens
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import User
from tests.accounts.signing_in import attempt
from tests.factories.organizations import PASSWORD
from tests.personas import World


class Lines(logging.Handler):
    """What production would print, line by line."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        formatter = logs.dictionary(json=True, quiet=False)["formatters"]["portal"]
        kind = formatter.pop("()")
        self.setFormatter(kind(**formatter))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def printed() -> Iterator[Lines]:
    handler = Lines()
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.django_db
def test_a_request_is_logged_with_its_number_and_department(
    world: World, signed_in: Callable[[User], Client], printed: Lines
) -> None:
    answer = signed_in(world.police_head).get("/notices/")
    finished = next(one for one in printed.events if one["event"] == "request_finished")
    assert finished["request_id"] == answer["X-Request-ID"]
    assert finished["department"] == world.police.pk
    assert finished["request"] == "GET /notices/"


@pytest.mark.django_db
def test_nobody_and_no_secret_is_in_the_lines(
    world: World,
    signed_in: Callable[[User], Client],
    actor_of: Callable[[User], Actor],
    printed: Lines,
) -> None:
    attempt(Client(), "police_head", "Wrong-Password-1", address="192.0.2.7")
    attempt(Client(), "police_head", address="192.0.2.7")
    signed_in(world.admin).get("/administration/people/?q=龚警享")
    issued = tokens.issue(
        actor=actor_of(world.police_head), name="统计程序", scopes=["read"], days=1
    )
    Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {issued.text}"})
    Client().get(f"/nowhere/{issued.text}/")
    text = "\n".join(printed.lines)
    assert len(printed.lines) > 8
    for secret in (
        PASSWORD, "Wrong-Password-1", "police_head", "龚警享", "%E9%BE%9A", "192.0.2.7",
        "@example.com", issued.text, issued.text.split(".")[1],
    ):  # fmt: skip
        assert secret not in text, secret


def test_a_line_stays_one_line_whatever_is_in_it(printed: Lines) -> None:
    structlog.get_logger("test").warning("odd", path="/x\n2026 forged line\r\x1b[31m")
    (line,) = printed.lines
    assert "\n" not in line
    assert json.loads(line)["path"] == "/x 2026 forged line [31m"


def test_rows_that_break_a_constraint_are_not_quoted(printed: Lines) -> None:
    error = IntegrityError(
        'duplicate key value violates unique constraint "one_username"\n'
        "DETAIL:  Key (lower(username))=(zhang.san) already exists."
    )
    try:
        raise error
    except IntegrityError:
        structlog.get_logger("test").exception("failed")
    (line,) = printed.lines
    assert "zhang.san" not in line
    assert "one_username" in line


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer cbt_abcdefghijkl.SECRETSECRET",
        "code cba_2345abcd.SECRETSECRET used",
        "bearer SECRETSECRET",
    ],
)
def test_what_looks_like_a_code_is_cut_out(text: str) -> None:
    assert "SECRETSECRET" not in logs.clean(text)


def test_known_fields_are_dropped() -> None:
    event = {"event": "x", "password": "p", "Token": "t", "email": "e", "ip": "i", "rows": 3}
    assert logs.redact(None, "info", event) == {"event": "x", "rows": 3}


def test_signed_addresses_are_cut() -> None:
    for path in ("/open/developers/link/", "/sharing/links/"):
        event = {"request": f"POST {path}c2VjcmV0:1xX2m7:85Db/"}
        assert logs.redact(None, "info", event) == {"request": f"POST {path}[removed]/"}
    assert logs.clean("GET /sharing/packages/7/link/") == "GET /sharing/packages/7/link/"
