"""Starting, sharing and stopping one instance's services."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from citybrain.embedded import EmbeddedError, checks
from citybrain.embedded.instance import Instance
from citybrain.embedded.postgres import Postgres
from citybrain.embedded.redis_server import RedisServer

EXTERNAL_DATABASE = "DATABASE_URL"
EXTERNAL_REDIS = "REDIS_URL"


def external(name: str) -> str:
    """The address of somebody else's service, from the environment; empty means: bring our own."""
    return os.environ.get(name, "").strip()


@dataclass(frozen=True)
class Running:
    """Where the services of this run are; what is None is not ours."""

    database_url: str
    redis_url: str
    postgres: Postgres | None
    redis: RedisServer | None

    def environment(self) -> dict[str, str]:
        return {EXTERNAL_DATABASE: self.database_url, EXTERNAL_REDIS: self.redis_url}


@contextmanager
def services(instance: Instance) -> Iterator[Running]:
    """Has PostgreSQL and Redis running for the length of the block.

    What DATABASE_URL or REDIS_URL names is used as it is. Servers that another command of this
    instance has started are shared, and the last command to end stops them. Raises EmbeddedError.
    """
    instance.create()
    with instance.changing():
        running = _start(instance)
        membership = instance.join()
    try:
        yield running
    finally:
        with instance.changing():
            if instance.leave(membership):
                _stop(instance)


@contextmanager
def alone(instance: Instance) -> Iterator[Running]:
    """Like `services`, for what nobody else may see happen; raises EmbeddedError when one is at work."""
    instance.create()
    with instance.changing():
        if instance.in_use():
            raise EmbeddedError(
                "Another command (make run, make manage) is using these services. End it first: "
                "make stop, or Ctrl-C where it runs."
            )
        running = _start(instance)
        try:
            yield running
        finally:
            _stop(instance)


def stop_leftovers(instance: Instance) -> bool:
    """Stops servers that nobody uses (after a kill -9); False when somebody does."""
    instance.create()
    with instance.changing():
        if instance.in_use():
            return False
        _stop(instance)
    return True


def _start(instance: Instance) -> Running:
    postgres = None if external(EXTERNAL_DATABASE) else Postgres(instance)
    redis = None if external(EXTERNAL_REDIS) else RedisServer(instance)
    if postgres:
        first = not (postgres.data / "PG_VERSION").exists()
        checks.disk_space(postgres.data if postgres.data.exists() else instance.root, first=first)
    try:
        if postgres:
            postgres.start()
        if redis:
            redis.start()
    except BaseException:
        if not instance.in_use():
            _stop(instance)
        raise
    return Running(
        database_url=postgres.url() if postgres else external(EXTERNAL_DATABASE),
        redis_url=redis.url() if redis else external(EXTERNAL_REDIS),
        postgres=postgres,
        redis=redis,
    )


def _stop(instance: Instance) -> None:
    if (instance.root / "redis").exists():
        RedisServer(instance).stop()
    if (instance.root / "postgres").exists():
        Postgres(instance).stop()
