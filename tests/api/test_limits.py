"""How much and how often: bodies of a bounded size and depth, writes of a bounded number."""

import json
from typing import Any

import pytest
from django.test import Client

from citybrain.api.throttling import Writes
from citybrain.organizations.models import ApiToken
from tests.api.conftest import Caller, Calling
from tests.personas import World

pytestmark = pytest.mark.django_db
ENTRIES = "/api/v1/entries/"
WRITES = [
    ("post", "/api/v1/entries/"),
    ("patch", "/api/v1/entries/1/"),
    ("post", "/api/v1/entries/1/moves/submit/"),
    ("post", "/api/v1/applications/"),
    ("patch", "/api/v1/applications/1/"),
    ("post", "/api/v1/applications/1/moves/submit/"),
    ("post", "/api/v1/applications/1/extension/"),
    ("post", "/api/v1/applications/1/extension/decision/"),
    ("post", "/api/v1/authorizations/1/moves/suspend/"),
    ("post", "/api/v1/authorizations/1/code/"),
    ("post", "/api/v1/authorizations/1/code/revocation/"),
    ("post", "/api/v1/reports/"),
]
LISTS = [
    "departments", "entries", "applications", "authorizations", "duties", "reports", "scorecards",
]  # fmt: skip


def send(caller: Caller, content: bytes, content_type: str = "application/json") -> Any:
    return Client().post(ENTRIES, content, content_type=content_type, headers=caller.headers)


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_reading_token_writes_nowhere(
    world: World, calling: Calling, method: str, path: str
) -> None:
    refused = getattr(calling(world.police_cataloguer, "read"), method)(path, {"version": 0})
    assert refused.status_code == 403
    assert "办理" in refused.json()["detail"]


@pytest.mark.parametrize("noun", LISTS)
def test_a_writing_token_reads_nowhere_and_an_ended_one_nothing(
    world: World, calling: Calling, noun: str
) -> None:
    path = f"/api/v1/{noun}/"
    assert calling(world.police_head, "write").get(path).status_code == 403
    caller = calling(world.police_head)
    assert caller.get(path).status_code == 200
    ApiToken.objects.update(revoked_at="2026-03-02T10:00:00+08:00")
    assert caller.get(path).status_code == 401
    ApiToken.objects.update(revoked_at=None, expires_at="2026-03-02T10:00:00+08:00")
    assert caller.get(path).status_code == 401
    assert Client().get(path).status_code == 401


@pytest.mark.parametrize("noun", LISTS)
def test_a_page_holds_a_hundred_at_most(world: World, calling: Calling, noun: str) -> None:
    answer = calling(world.police_head).get(f"/api/v1/{noun}/", {"page_size": 10**9}).json()
    assert set(answer) == {"count", "next", "previous", "results"}
    assert len(answer["results"]) <= 100


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"", 400),
        (b"\xff\xfe{}", 400),
        (b'{"title": NaN}', 400),
        (b'{"title": "\\ud800"}', 400),
        (b"[" * 100_000 + b"]" * 100_000, 400),
        (b'{"version": ' + b"9" * 5_000 + b"}", 400),
    ],
)
def test_what_is_no_good_json_is_refused_in_chinese(
    world: World, calling: Calling, content: bytes, status: int
) -> None:
    refused = send(calling(world.police_cataloguer), content)
    assert refused.status_code == status
    assert not refused.json()["detail"].isascii()


def test_a_body_beyond_the_limit_is_not_read_to_its_end(
    world: World, calling: Calling, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    caller = calling(world.police_cataloguer)
    refused = send(caller, json.dumps({"title": "x" * 1000}).encode())
    assert refused.status_code == 413
    assert "分批" in refused.json()["detail"]
    assert send(caller, b"{}").status_code == 400


def test_forms_are_no_way_in(world: World, calling: Calling) -> None:
    refused = send(
        calling(world.police_cataloguer), b"title=x", "application/x-www-form-urlencoded"
    )
    assert refused.status_code == 415


def test_a_person_writes_so_often_a_minute_and_reads_on(
    world: World, calling: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Writes, "THROTTLE_RATES", {"writes": "2/min"})
    first, second = calling(world.police_cataloguer), calling(world.police_cataloguer)
    assert first.post(ENTRIES).status_code == 400
    assert second.post(ENTRIES).status_code == 400
    refused = first.post(ENTRIES)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert first.get(ENTRIES).status_code == 200
    assert calling(world.health_cataloguer).post(ENTRIES).status_code == 400
