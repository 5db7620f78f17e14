"""Callers of the API: a person's token, as a system of theirs would bring it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from citybrain.api import tokens
from citybrain.organizations.models import User
from tests.personas import actor_of


@dataclass(frozen=True)
class Caller:
    """Calls with one token; bodies are JSON."""

    text: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.text}"}

    def get(self, path: str, query: dict[str, Any] | None = None) -> Any:
        return Client().get(path, query or {}, headers=self.headers)

    def post(self, path: str, body: Any = None) -> Any:
        return self._send("post", path, body)

    def patch(self, path: str, body: Any = None) -> Any:
        return self._send("patch", path, body)

    def _send(self, method: str, path: str, body: Any) -> Any:
        send = getattr(Client(), method)
        return send(path, body or {}, content_type="application/json", headers=self.headers)

    def ids(self, path: str, query: dict[str, Any] | None = None) -> set[int]:
        """Ids of everything that the list holds, over all of its pages."""
        found: set[int] = set()
        page = 1
        while page:
            answer = self.get(path, {**(query or {}), "page": page, "page_size": 100}).json()
            found |= {one["id"] for one in answer["results"]}
            page = page + 1 if answer["next"] else 0
        return found

    def queries(self, path: str, query: dict[str, Any] | None = None) -> int:
        """How many queries the answer costs; the first use of a token today is noted before."""
        self.get(path, query)
        with CaptureQueriesContext(connection) as captured:
            assert self.get(path, query).status_code == 200
        return len(captured)


Calling = Callable[..., Caller]


@pytest.fixture
def calling(db: None) -> Calling:
    """Makes a caller for the person, with a token of their own."""

    def make(person: User, *scopes: str) -> Caller:
        issued = tokens.issue(
            actor=actor_of(person), name="业务系统", scopes=scopes or ("read", "write"), days=1
        )
        return Caller(issued.text)

    return make
