"""A real Celery worker beside a test, on the test's own database and the same Redis."""

import os
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from citybrain.celery import app

PATIENCE = 60  # seconds


@contextmanager
def running_worker() -> Iterator[None]:
    """Until the block ends, tasks of this process are done by a worker instead of in its place."""
    name = f"tests-{os.getpid()}@localhost"
    environment = {**os.environ, "DATABASE_URL": _database(), "CITYBRAIN_REAL_WORKER": "1"}
    process = subprocess.Popen(
        [
            sys.executable, "-m", "celery", "-A", "citybrain.celery:app", "worker",
            "--concurrency", "1", "--hostname", name, "--without-gossip", "--without-mingle",
            "--loglevel", "WARNING",
        ],
        env=environment,
        cwd=settings.BASE_DIR,
    )  # fmt: skip
    before = app.conf.task_always_eager
    app.conf.task_always_eager = False
    try:
        _wait_for(name, process)
        yield
    finally:
        app.conf.task_always_eager = before
        process.terminate()
        process.wait(timeout=PATIENCE)


def _database() -> str:
    """The address of the test database: the environment's with another name."""
    parts = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
    return parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def _wait_for(name: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, "the worker ended by itself"
        if app.control.ping(destination=[name], timeout=1):
            return
    raise AssertionError("the worker did not start")
