"""The web server's settings, for `make run` and for the systemd unit alike."""

import gc
import os
import tempfile
from pathlib import Path
from typing import Any

from prometheus_client import multiprocess

bind = os.environ.get("CITYBRAIN_WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("CITYBRAIN_WEB_WORKERS", "2"))
threads = int(os.environ.get("CITYBRAIN_WEB_THREADS", "4"))
worker_class = "gthread"
preload_app = True  # one import for all workers, and a broken configuration ends the start
# Workers prove that they live by touching a file: in memory, where a slow disk cannot kill them.
memory = Path("/dev/shm")  # noqa: S108 - gunicorn makes an unnamed file there
worker_tmp_dir = str(memory) if memory.is_dir() else tempfile.gettempdir()
timeout = 120
graceful_timeout = 10
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True  # its default path is one per user: two portals would collide
# Behind nginx on the same machine; the portal itself decides which proxies it believes.
forwarded_allow_ips = "127.0.0.1,::1"
errorlog = "-"


def when_ready(_server: Any) -> None:
    """What was imported stays for good: no worker looks for garbage in it, or copies its pages."""
    gc.collect()
    gc.freeze()


def child_exit(_server: Any, worker: Any) -> None:
    """Takes the ended worker's live gauges out of the shared metrics."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.mark_process_dead(worker.pid)
