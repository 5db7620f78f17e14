"""Processes that are started, watched and stopped together."""

# ruff: noqa: S603 - only programs of ours are run

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from citybrain.embedded.instance import CHECKOUT

PATIENCE_SECONDS = 15
PR_SET_PDEATHSIG = 1
_C_LIBRARY = ctypes.CDLL(None)


class Child:
    """One long-running program, in a process group of its own, writing to a log of its own.

    The group keeps the terminal's Ctrl-C away from it: only the supervisor decides when it ends.
    """

    def __init__(
        self, name: str, command: Sequence[str], log: Path, environment: Mapping[str, str]
    ) -> None:
        self.name = name
        self.log = log
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            self.process = launch(
                command,
                cwd=CHECKOUT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=0,
            )

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def signal(self, number: signal.Signals) -> None:
        """Sends to the whole group, so that a program's own children go with it."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


def launch(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """Starts a program that is asked to end when this process dies, even by kill -9 (Linux).

    Takes Popen's options and raises its OSError.
    """
    linux = sys.platform.startswith("linux")
    # One system call between fork and exec, and no thread of ours runs then.
    return subprocess.Popen(command, preexec_fn=_ask if linux else None, **options)  # noqa: PLW1509


def _ask() -> None:
    """Runs in the child between fork and exec."""
    _C_LIBRARY.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def stop(children: Sequence[Child], *, hurry: Callable[[], bool] = lambda: False) -> None:
    """Ends the children, the last started first; kills what has not ended after 15 seconds.

    `hurry` is asked meanwhile and ends the patience (a second Ctrl-C).
    """
    for child in reversed(children):
        if not child.ended:
            with suppress(ProcessLookupError):
                child.process.terminate()
    deadline = monotonic() + PATIENCE_SECONDS
    while any(not child.ended for child in children):
        if monotonic() > deadline or hurry():
            break
        sleep(0.05)
    for child in children:
        child.signal(signal.SIGKILL)
        child.process.wait()
