"""What can be wrong with the machine before anything is started, and how to say it."""

import contextlib
import errno
import re
import shutil
import socket
import sys
from pathlib import Path
from time import monotonic, sleep

import psutil

from citybrain.embedded import EmbeddedError

OLDEST_PYTHON = (3, 11)
MEGABYTE = 1024 * 1024
FIRST_START_MEGABYTES = 1024
LATER_START_MEGABYTES = 200
FULL_MEGABYTES = 50
TAIL_BYTES = 64 * 1024


def python_version(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> None:
    """Raises EmbeddedError when `version` is older than the oldest Python that the portal runs on."""
    if version < OLDEST_PYTHON:
        raise EmbeddedError(
            f"Python {'.'.join(map(str, version))} is too old: the portal needs "
            f"{'.'.join(map(str, OLDEST_PYTHON))} or newer. Name another one with "
            "make run PYTHON=/path/to/python3."
        )


def disk_space(directory: Path, *, first: bool, free: int | None = None) -> None:
    """Raises EmbeddedError when less is free (bytes) than a first or a later start needs."""
    free = shutil.disk_usage(directory).free if free is None else free
    needed = FIRST_START_MEGABYTES if first else LATER_START_MEGABYTES
    if free < needed * MEGABYTE:
        raise EmbeddedError(
            f"The disk is nearly full: {free // MEGABYTE} MB are free where {directory} lies, and "
            f"{needed} MB are needed. Free some, or choose another disk with CITYBRAIN_VAR_DIR=/path."
        )


def port_number(text: str) -> int:
    """A TCP port from what somebody typed; raises EmbeddedError unless it is 1 to 65535."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise EmbeddedError(f"PORT={text} is not a port: choose a number from 1 to 65535.")
    return int(text)


def port_free(host: str, port: int) -> None:
    """Raises EmbeddedError, naming the port, who holds it if that can be seen, and another one to use."""
    try:
        _bind(host, port)
    except socket.gaierror as error:
        raise EmbeddedError(f"HOST={host} is not an address of this machine.") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise EmbeddedError(
                f"Port {port} is taken{_holder(port)}. Choose another one, for example: "
                f"make run PORT={_free_port(host, port)}"
            ) from error
        if error.errno == errno.EACCES:
            raise EmbeddedError(
                f"Port {port} is reserved for root. Choose one above 1023: make run PORT=8000"
            ) from error
        raise EmbeddedError(f"HOST={host} PORT={port} cannot be used: {error.strerror}.") from error


def _bind(host: str, port: int) -> int:
    """Binds and lets go again, as the web server will bind; returns the port it got."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return int(probe.getsockname()[1])


def _free_port(host: str, taken: int) -> int:
    for candidate in (*range(taken + 1, min(taken + 50, 65536)), 0):
        with contextlib.suppress(OSError):
            return _bind(host, candidate)
    return 8000


def _holder(port: int) -> str:
    """` by process 123 (name)`, where the system lets us see it; else nothing."""
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            listening = connection.status == psutil.CONN_LISTEN and connection.pid
            if listening and connection.laddr and connection.laddr.port == port:
                return f" by process {connection.pid} ({psutil.Process(connection.pid).name()})"
    return ""


def ends_within(process: psutil.Process, seconds: float) -> bool:
    """Waits until a process that is not our child has ended; False when it has not.

    One that only waits for its parent to take note (a zombie) has ended: in containers the first
    process may take its time over that.
    """
    deadline = monotonic() + seconds
    with contextlib.suppress(psutil.NoSuchProcess):
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            if monotonic() >= deadline:
                return False
            sleep(0.02)
    return True


def tail(log: Path, lines: int = 20) -> str:
    """The last lines of a log file; empty when there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def failure(what: str, log: Path, said: str = "") -> EmbeddedError:
    """The error for a program that failed: `what`, its own words, and what they mean.

    Its words are `said`, else the end of its log. A full disk is named even where they do not.
    """
    words = said.strip() or tail(log) or "(empty)"
    message = f"{what} {log} ends:\n{words}" if not said.strip() else f"{what}\n{words}"
    full = re.search(r"no space left on device|disk quota exceeded", words, re.IGNORECASE)
    if full or shutil.disk_usage(log.parent).free < FULL_MEGABYTES * MEGABYTE:
        message += f"\nThe disk is full where {log} lies: free some space, then start again."
    return EmbeddedError(message)
