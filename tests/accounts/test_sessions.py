"""The list of one's sessions: when each was last used, and from where."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis.exceptions import RedisError

from citybrain.middleware import seen_key
from tests.personas import World

pytestmark = pytest.mark.django_db
HOME = "/"


@pytest.fixture
def client(world: World, signed_in: Any) -> Client:
    """Signed in and seen once, an hour ago."""
    client: Client = signed_in(world.police_head)
    client.get(HOME)
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(hours=1))
    return client


def writes(client: Client, **headers: str) -> bool:
    with CaptureQueriesContext(connection) as captured:
        client.get(HOME, headers=headers)
    return any("usersessions" in query["sql"] for query in captured.captured_queries)


def test_its_use_is_noted_once_a_minute(client: Client) -> None:
    assert not writes(client)
    cache.delete(seen_key(str(client.session.session_key)))
    assert writes(client)
    assert UserSession.objects.get().last_seen_at > timezone.now() - timedelta(minutes=1)


def test_another_browser_is_noted_at_once(client: Client) -> None:
    assert writes(client, user_agent="Mozilla/5.0 (X11; Linux) Chrome/140")
    assert UserSession.objects.get().user_agent.endswith("Chrome/140")


def test_without_the_cache_every_use_is_noted(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_args: object) -> None:
        raise RedisError

    monkeypatch.setattr(cache, "get", down)
    monkeypatch.setattr(cache, "set", down)
    assert writes(client)
