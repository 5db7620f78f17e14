"""The web server of a deployment, started for as long as something is measured or drilled."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def server(application: str, more: Mapping[str, str] | None = None) -> Iterator[int]:
    """Gunicorn with the settings of a deployment; `more` is added to its environment.

    Yields the port on 127.0.0.1 once it answers.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "CITYBRAIN_ENV": "production",
        "CITYBRAIN_PLAIN_HTTP": "1",
        "CITYBRAIN_WEB_BIND": f"127.0.0.1:{port}",
        **(more or {}),
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", application]
    with Path(os.devnull).open("w") as nowhere:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=nowhere, stderr=nowhere
        )
        try:
            _wait(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _attempt in range(300):
        assert process.poll() is None, "the server did not start"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")
