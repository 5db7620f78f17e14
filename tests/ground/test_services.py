"""The embedded servers: started, shared, stopped, and found again after a hard stop."""

import contextlib
import os
import signal
import socket
import tempfile
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from celery import Celery

from citybrain import environment
from citybrain.embedded import EmbeddedError
from citybrain.embedded.checks import ends_within
from citybrain.embedded.instance import LONGEST_SOCKET_PATH, Instance
from citybrain.embedded.services import Running, alone, services
from tests.ground.conftest import Maker


def query(running: Running, statement: str) -> object:
    with psycopg.connect(running.database_url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def queue(running: Running) -> redis.Redis:
    return redis.Redis.from_url(running.redis_url)


def answers(running: Running) -> tuple[bool, bool]:
    """Whether the database and the queue answer."""
    database = cache = False
    with contextlib.suppress(psycopg.OperationalError):
        database = query(running, "SELECT 1") == 1
    with contextlib.suppress(redis.RedisError):
        cache = bool(queue(running).ping())
    return database, cache


def processes(instance: Instance) -> list[psutil.Process]:
    """The two servers of the instance, without the database's own children."""
    pids = [
        (instance.root / "postgres" / "data" / "postmaster.pid").read_text().split()[0],
        (instance.run / "redis.pid").read_text(),
    ]
    return [psutil.Process(int(pid)) for pid in pids]


@pytest.fixture(scope="module")
def instance(make_instance: Maker) -> Instance:
    """One durable instance, so that initdb runs once for the tests that need no other."""
    return make_instance(durable=True)


def test_first_start_gives_a_database_and_a_queue_that_all_clients_accept(
    instance: Instance,
) -> None:
    with services(instance) as running:
        assert query(running, "SELECT current_user || '/' || current_database()") == (
            "citybrain/citybrain"
        )
        assert query(running, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert query(running, "SELECT upper('é')") == "É"
        assert queue(running).ping()
        app = Celery(broker=environment.celery_redis(running.redis_url))
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1)
            broker.default_channel.client.set("through", "kombu")
        assert queue(running).get("through") == b"kombu"


def test_nothing_listens_on_the_network(instance: Instance) -> None:
    with services(instance):
        for process in processes(instance):
            assert process.net_connections("inet") == []


def test_sockets_are_closed_to_other_accounts(instance: Instance) -> None:
    with services(instance) as running:
        assert running.postgres
        assert running.redis
        for directory in (running.postgres.sockets, running.redis.sockets, running.postgres.data):
            assert directory.stat().st_mode & 0o077 == 0


def test_what_is_safe_of_people_waits_for_the_disk_and_the_tests_do_not(
    instance: Instance, make_instance: Maker
) -> None:
    with services(instance) as running:
        assert query(running, "SHOW fsync") == "on"
        assert query(running, "SHOW synchronous_commit") == "on"
        assert queue(running).config_get("appendonly")["appendonly"] == "yes"
    with services(make_instance()) as running:
        assert query(running, "SHOW fsync") == "off"


def test_a_second_command_shares_the_servers_and_the_last_one_stops_them(
    instance: Instance,
) -> None:
    with services(instance) as first:
        before = processes(instance)
        with services(instance) as second:
            assert second.environment() == first.environment()
            assert processes(instance) == before
        assert answers(first) == (True, True)
    assert answers(first) == (False, False)
    assert all(ends_within(process, 1) for process in before)


def test_data_outlives_a_stop(instance: Instance) -> None:
    with services(instance) as running:
        query(running, "CREATE TABLE kept AS SELECT 42 AS value")
        queue(running).set("kept", "42")
    with services(instance) as running:
        assert query(running, "SELECT value FROM kept") == 42
        assert queue(running).get("kept") == b"42"
        query(running, "DROP TABLE kept")


def test_kill_9_is_recovered_with_what_was_committed(instance: Instance) -> None:
    with services(instance) as running:
        query(running, "CREATE TABLE survivor AS SELECT 7 AS value")
        queue(running).set("survivor", "7")
        for process in processes(instance):
            process.kill()
            assert ends_within(process, 10)
        assert answers(running) == (False, False)
        with services(instance) as again:
            assert query(again, "SELECT value FROM survivor") == 7
            assert queue(again).get("survivor") == b"7"
            query(again, "DROP TABLE survivor")


def test_a_pid_file_that_names_somebody_elses_process_does_not_stop_the_start(
    instance: Instance,
) -> None:
    with services(instance) as running:
        database, _queue = processes(instance)
        pid_file = instance.root / "postgres" / "data" / "postmaster.pid"
        lines = pid_file.read_text().splitlines(keepends=True)
        database.send_signal(signal.SIGQUIT)
        assert ends_within(database, 10)
        pid_file.write_text("".join([f"{os.getpid()}\n", *lines[1:]]))
        os.chown(pid_file, *_owner(pid_file.parent))
        assert running.postgres
        running.postgres.stop()  # would end this very test if it believed the number
        with services(instance) as again:
            assert answers(again) == (True, True)


def _owner(path: Path) -> tuple[int, int]:
    return path.stat().st_uid, path.stat().st_gid


def test_servers_that_lost_their_sockets_are_replaced_not_doubled(instance: Instance) -> None:
    with services(instance) as running:
        assert running.postgres
        assert running.redis
        lost = processes(instance)
        for directory in (running.postgres.sockets, running.redis.sockets):
            for path in directory.iterdir():
                path.unlink()
        with services(instance) as again:
            assert answers(again) == (True, True)
            assert all(ends_within(process, 1) for process in lost)


@pytest.mark.parametrize("name", ["深 目录/with spaces", "long/" + "d" * 60 + "/" + "e" * 60])
def test_directories_that_no_socket_fits_into_get_a_short_one(
    make_instance: Maker, name: str
) -> None:
    instance = make_instance(name)
    with services(instance) as running:
        assert answers(running) == (True, True)
        assert running.postgres
        assert running.redis
        for directory in (running.postgres.sockets, running.redis.sockets):
            assert directory.is_relative_to(tempfile.gettempdir())
            assert len(str(directory / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH
            assert directory.stat().st_mode & 0o777 == 0o700
        with services(instance) as again:
            assert again.environment() == running.environment()


def test_a_closed_directory_stays_closed(make_instance: Maker) -> None:
    """As root the database account cannot enter it, and the data goes where it can."""
    instance = make_instance(mode=0o700)
    for _start in range(2):
        with services(instance) as running:
            assert answers(running) == (True, True)
            assert running.postgres
            assert running.postgres.outside == (os.geteuid() == 0)
            query(running, "CREATE TABLE IF NOT EXISTS kept_here AS SELECT 1 AS value")
        assert instance.root.parent.stat().st_mode & 0o777 == 0o700
    with services(instance) as running:
        assert query(running, "SELECT count(*) FROM kept_here") == 1


def test_two_checkouts_do_not_meet(instance: Instance, make_instance: Maker) -> None:
    with services(instance) as one, services(make_instance()) as other:
        query(one, "CREATE TABLE mine AS SELECT 1 AS value")
        with pytest.raises(psycopg.errors.UndefinedTable):
            query(other, "SELECT * FROM mine")
        query(one, "DROP TABLE mine")
        queue(one).set("mine", "1")
        assert queue(other).get("mine") is None


def test_an_external_address_replaces_its_server_alone(
    make_instance: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = "postgresql://portal@db.example:5432/portal"
    monkeypatch.setenv("DATABASE_URL", elsewhere)
    instance = make_instance()
    with services(instance) as running:
        assert running.database_url == elsewhere
        assert running.postgres is None
        assert queue(running).ping()
    assert not (instance.root / "postgres").exists()


def test_work_that_must_be_alone_is_refused_while_others_use_the_servers(
    instance: Instance,
) -> None:
    with services(instance), pytest.raises(EmbeddedError, match="make stop"), alone(instance):
        pass
    with alone(instance) as running:
        assert running.postgres
        query(running, "CREATE TABLE leftover AS SELECT 1 AS value")
        running.postgres.empty()
        assert query(running, "SELECT count(*) FROM pg_tables WHERE tablename = 'leftover'") == 0


def test_a_failed_start_shows_the_end_of_the_servers_log(make_instance: Maker) -> None:
    instance = make_instance()
    with services(instance):
        pass
    (instance.root / "postgres" / "data" / "global" / "pg_control").unlink()
    with pytest.raises(EmbeddedError, match="pg_control"), services(instance):
        pass


def test_a_directory_of_another_owner_is_named(tmp_path: Path) -> None:
    """A file where the directory should be refuses root as well."""
    (tmp_path / "var").write_text("in the way")
    with (
        pytest.raises(EmbeddedError, match="cannot be created"),
        services(Instance(tmp_path / "var")),
    ):
        pass


def test_the_sockets_speak_unix_only(instance: Instance) -> None:
    with services(instance) as running:
        assert running.redis
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(running.redis.sockets / "redis.sock"))
            client.sendall(b"PING\r\n")
            assert client.recv(16) == b"+PONG\r\n"
