"""A worker as in a deployment, and its sudden death."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connections

ROOT = Path(__file__).resolve().parents[2]
WORKER = [sys.executable, "-m", "celery", "-A", "citybrain.celery:app", "worker"]

Process = subprocess.Popen[bytes]


def worker() -> Process:
    """A worker as in a deployment, in a group of its own, so that its children die with it."""
    with (Path(settings.VAR_DIR) / "drill-worker.log").open("ab") as log:
        return subprocess.Popen(
            [*WORKER, "--concurrency", "1", "--loglevel", "INFO"],
            cwd=ROOT, start_new_session=True, stdout=log, stderr=log,
        )  # fmt: skip


def kill(process: Process) -> None:
    """kill -9 of the worker and its children."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(holds: Callable[[], bool], seconds: float = 90) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "it did not come to that"
        connections.close_all()
        time.sleep(0.05)
