"""The drill's own PostgreSQL and Redis, which it may stop and start."""

from django.db import connections

from citybrain.embedded.instance import Instance
from citybrain.embedded.postgres import Postgres
from citybrain.embedded.redis_server import RedisServer

DRILL = Instance.named("drill")


def stop_redis() -> None:
    with DRILL.changing():
        RedisServer(DRILL).stop()


def start_redis() -> None:
    with DRILL.changing():
        assert RedisServer(DRILL).start()


def restart_postgres() -> None:
    """As an update of the server does: open connections are cut, what is under way is undone."""
    connections.close_all()
    with DRILL.changing():
        Postgres(DRILL).stop()
        assert Postgres(DRILL).start()
