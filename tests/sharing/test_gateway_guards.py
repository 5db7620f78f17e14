"""The gateway under odd or hostile calls: what is refused, what is recorded, what goes on."""

from types import SimpleNamespace
from typing import Any

import pytest
import redis
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from citybrain.addresses import origin_of
from sharing.choices import Outcome
from sharing.gateway import quota, records, strangers, views
from sharing.models import Authorization, InterfaceService, ServiceCall
from tests import calling, scenes
from tests.sharing.conftest import Granted

pytestmark = pytest.mark.django_db
NOON = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


def ask(code: str = "", /, *, service: str = "s_1", query: str = "", **more: Any) -> Any:
    path = f"/gateway/v1/services/{service}/records{query}"
    return calling.call(code, path, **more)


def service_of(authorization: Authorization) -> str:
    return InterfaceService.objects.get(entry=authorization.entry_id).code


def outcomes() -> list[str]:
    return list(ServiceCall.objects.order_by("id").values_list("outcome", flat=True))


@pytest.mark.parametrize("name", ["page_size", "after"])
@pytest.mark.parametrize("number", ["0000000005000000", "000000000" + "9" * 30, "9" * 5000])
def test_a_number_is_read_once_and_whole(granting: Granted, name: str, number: str) -> None:
    with pytest.raises(records.BadRequest, match=name):
        records.parse({name: [number]}, granting[1].terms["items"])


def test_a_call_that_the_database_fails_is_on_record(
    granting: Granted, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, authorization = granting

    def fails(*_args: object, **_more: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(views, "record_and_read", fails)
    answer = ask(scenes.a_code(world, authorization), service=service_of(authorization))
    assert (answer.status_code, answer.json()["outcome"]) == (503, Outcome.FAILED)
    recorded = ServiceCall.objects.get()
    assert (recorded.outcome, recorded.status, recorded.rows) == (Outcome.FAILED, 503, 0)
    assert recorded.authorization == authorization


@pytest.mark.parametrize("code", ["cba_bad", "cba_0123456789ab.", "x" * 300])
def test_a_code_that_is_none_is_called_so(db: None, code: str) -> None:
    answer = ask(code)
    assert answer.status_code == 401
    assert answer.json()["outcome"] == Outcome.MALFORMED_CODE
    assert "授权码格式不正确" in answer.json()["detail"]
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]
    assert outcomes() == [Outcome.MALFORMED_CODE]


def test_another_host_is_refused_at_the_gateway_as_elsewhere(db: None) -> None:
    answer = ask(HTTP_HOST="evil.example.com")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert outcomes() == []


def test_strangers_are_recorded_up_to_a_limit_for_each_address(
    granting: Granted, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, authorization = granting
    monkeypatch.setattr(strangers, "PER_MINUTE", 3)
    monkeypatch.setattr("sharing.gateway.views.timezone", SimpleNamespace(now=lambda: NOON))
    answers = [ask(REMOTE_ADDR="10.9.9.9") for _call in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 3 + [429] * 3
    assert answers[-1]["Retry-After"] == "60"
    assert outcomes() == [Outcome.NO_CODE] * 3 + [Outcome.TOO_MANY]
    assert ask(REMOTE_ADDR="10.9.9.8").status_code == 401, "another address has its own count"
    code = scenes.a_code(world, authorization)
    served = [
        ask(code, service=service_of(authorization), at=NOON, REMOTE_ADDR="10.9.9.9")
        for _call in range(5)
    ]
    assert {answer.status_code for answer in served} == {200}, "a known code is never held up"
    assert ServiceCall.objects.filter(authorization=authorization).count() == 5


def test_strangers_of_one_network_of_ipv6_count_together(db: None) -> None:
    ways = {origin_of(f"2001:db8:0:1::{number:x}") for number in range(1, 20)}
    assert len(ways) == 1
    assert origin_of("2001:db8:0:2::1") not in ways


def test_without_redis_strangers_are_counted_from_the_records(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_away(location: str) -> None:
        raise redis.ConnectionError

    monkeypatch.setattr(quota, "_client", is_away)
    monkeypatch.setattr(strangers, "counters", quota.Counters())
    monkeypatch.setattr(strangers, "PER_MINUTE", 2)
    monkeypatch.setattr("sharing.gateway.views.timezone", SimpleNamespace(now=lambda: NOON))
    statuses = [ask(REMOTE_ADDR=f"10.9.9.{number}").status_code for number in range(5)]
    assert statuses == [401, 401, 429, 429, 429]
    assert outcomes() == [Outcome.NO_CODE] * 2 + [Outcome.TOO_MANY]


def test_the_record_of_calls_is_not_emptied(db: None) -> None:
    """Test runs switch this one trigger off (tests/conftest.py), so it is switched on here."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sharing_servicecall ENABLE TRIGGER append_only_truncate")
    with (
        pytest.raises(IntegrityError, match="TRUNCATE"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE sharing_servicecall CASCADE")
