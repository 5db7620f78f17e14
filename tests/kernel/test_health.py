"""/healthz and /readyz: what is well, what is not, and no word too much."""

import time
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client

from citybrain import heartbeat
from citybrain.views import health


def ready() -> tuple[int, dict[str, str]]:
    answer = Client().get("/readyz")
    content = answer.json()
    assert content["ready"] is (answer.status_code == 200)
    return answer.status_code, content["parts"]


def test_alive_asks_nobody() -> None:
    """Without a database fixture any query would raise here."""
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})
    assert "no-store" in answer["Cache-Control"]
    assert Client().post("/healthz").status_code == 405


@pytest.mark.django_db
def test_ready_when_every_part_works() -> None:
    heartbeat.beat()
    assert ready() == (
        200,
        {"database": "ok", "migrations": "ok", "redis": "ok", "worker": "ok"},
    )


@pytest.mark.django_db
def test_not_ready_before_the_first_heartbeat() -> None:
    status, parts = ready()
    assert status == 503
    assert parts["worker"] == "no heartbeat yet"
    assert parts["database"] == "ok"


@pytest.mark.django_db
def test_not_ready_when_the_worker_is_silent() -> None:
    cache.set(heartbeat.KEY, time.time() - 119)
    assert ready()[0] == 200
    cache.set(heartbeat.KEY, time.time() - 125)
    status, parts = ready()
    assert status == 503
    assert parts["worker"].startswith("last heartbeat 125 s ago")


def test_a_worker_beats_when_it_starts() -> None:
    assert heartbeat.age() is None
    heartbeat.beat_at_start()
    age = heartbeat.age()
    assert age is not None
    assert age < 5


@pytest.mark.django_db
def test_a_failing_database_is_named_without_its_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heartbeat.beat()

    def fail() -> None:
        raise OperationalError("connection to server at 10.9.8.7, user portal, failed")

    monkeypatch.setitem(health.CHECKS, "database", fail)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["database"] == "failed"
    assert "10.9.8.7" not in answer.content.decode()


@pytest.mark.django_db
def test_a_failing_redis_is_named(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("citybrain.heartbeat.cache", _broken_cache())
    status, parts = ready()
    assert status == 503
    assert (parts["redis"], parts["worker"]) == ("failed", "failed")


def _broken_cache() -> Any:
    from django.core.cache.backends.redis import RedisCache

    options = {"OPTIONS": {"socket_connect_timeout": 0.2}}
    return RedisCache("redis://127.0.0.1:1/0", options)


@pytest.mark.django_db
def test_pending_migrations_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    heartbeat.beat()
    monkeypatch.setattr(health._Migrated, "done", False)
    monkeypatch.setattr(
        "citybrain.views.health.MigrationExecutor.migration_plan",
        lambda _self, _targets: [("a", False), ("b", False)],
    )
    status, parts = ready()
    assert (status, parts["migrations"]) == (503, "2 pending")
    assert not health._Migrated.done


@pytest.mark.django_db
def test_migrations_are_looked_at_until_none_is_pending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health._Migrated, "done", False)
    ready()
    assert health._Migrated.done
