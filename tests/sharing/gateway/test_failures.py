"""The gateway while something else fails: Redis away, PostgreSQL restarted, a flood of wrong codes."""

from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
import redis
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sharing.choices import Outcome
from sharing.gateway import pace, quota, strangers, views
from sharing.models import InterfaceService, ServiceCall, UsedNonce
from tests import scenes
from tests.calling import call
from tests.sharing.conftest import Granted

pytestmark = pytest.mark.django_db


def ask(code: str) -> Any:
    service = InterfaceService.objects.get().code
    return call(code, f"/gateway/v1/services/{service}/records")


def recorded(outcome: str) -> int:
    return ServiceCall.objects.filter(outcome=outcome).count()


def test_redis_away_for_a_while_costs_no_call_of_the_quota_and_no_record(
    granting: Granted, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, authorization = granting
    graded = scenes.a_code(world, authorization)
    counters, client = quota.Counters(), quota._client
    for module in (quota, pace):
        monkeypatch.setattr(module, "counters", counters)
    assert ask(graded).status_code == 200

    def is_away(_location: str) -> None:
        raise redis.ConnectionError

    monkeypatch.setattr(quota, "_client", is_away)
    refused = ask(graded)
    assert (refused.status_code, refused["Retry-After"]) == (503, "30")
    assert recorded(Outcome.UNAVAILABLE) == 1
    authorization.terms["grade"] = "general_1"
    authorization.daily_quota = 4
    authorization.save(update_fields=["terms", "daily_quota"])
    plain = scenes.a_code(world, authorization)
    assert [ask(plain).status_code for _call in range(2)] == [200, 200]
    monkeypatch.setattr(quota, "_client", client)  # it is back, with what it knew before
    counters.away_until = 0.0
    assert [ask(plain).status_code for _call in range(2)] == [200, 429], "three before, one left"
    assert recorded(Outcome.SERVED) == 4


def test_a_flood_of_wrong_codes_costs_one_look_each_and_leaves_few_records(
    granting: Granted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "PER_MINUTE", 2)
    now = timezone.now()  # no minute ends in between
    monkeypatch.setattr("sharing.gateway.views.timezone", SimpleNamespace(now=lambda: now))
    service = InterfaceService.objects.get().code
    address, client = f"/gateway/v1/services/{service}/records", Client()
    wrong = {"Authorization": "Bearer cba_0123456789ab." + "x" * 45}
    for _call in range(5):
        answer = client.get(address, headers=wrong)
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    with CaptureQueriesContext(connection) as flood:
        for _call in range(20):
            client.get(address, headers=wrong)
            client.get(address, headers={"Authorization": "Bearer cba_x"})
    assert len(flood) == 20, "one look for a code that could be one, none for what is none"
    assert ServiceCall.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_postgresql_restarted_between_two_statements_is_told_and_leaves_no_half_record(
    granting: Granted, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, authorization = granting
    code = scenes.a_code(world, authorization)
    address = f"/gateway/v1/services/{InterfaceService.objects.get().code}/records"
    assert call(code, address).status_code == 200
    record_and_read = views.record_and_read

    def lose_and_read(*given: Any, **more: Any) -> Any:
        lose_connection()
        return record_and_read(*given, **more)

    monkeypatch.setattr(views, "record_and_read", lose_and_read)
    failed = call(code, address)
    assert (failed.status_code, failed["Retry-After"]) == (503, "30")
    assert failed.json()["outcome"] == Outcome.FAILED
    monkeypatch.setattr(views, "record_and_read", record_and_read)
    lose_connection()
    assert call(code, address).status_code == 200, "what died between two calls is replaced"
    assert (recorded(Outcome.SERVED), recorded(Outcome.FAILED)) == (2, 1)
    assert UsedNonce.objects.count() == 2


def lose_connection() -> None:
    """Ends our own connection from another one, as a restart of the server does."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    parameters = {
        name: value
        for name, value in connection.get_connection_params().items()
        if name in {"dbname", "user", "password", "host", "port"}
    }
    with psycopg.connect(**parameters) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
