"""`make run`: everything the portal needs, started in order, watched, and stopped together."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from time import monotonic
from types import FrameType

from citybrain.embedded import EmbeddedError, checks, children, local, say
from citybrain.embedded.children import Child
from citybrain.embedded.instance import CHECKOUT, Instance, try_exclusively
from citybrain.embedded.services import external, services

READY_SECONDS = 120
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Wish:
    """Counts requests to stop (Ctrl-C, SIGTERM, the terminal closed).

    The first ends politely, the second at once.
    """

    def __init__(self) -> None:
        self.count = 0
        self._event = Event()

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1
        self._event.set()

    def wait(self, seconds: float) -> None:
        """Sleeps; raises KeyboardInterrupt as soon as somebody asks for the end."""
        if self._event.wait(seconds):
            raise KeyboardInterrupt


def run(*, host: str, port: int) -> None:
    """Runs the portal until it is asked to stop. Raises EmbeddedError when it could not go on."""
    begun = monotonic()
    checks.python_version()
    instance = Instance.named("main")
    instance.create()
    wish = Wish()
    before = {number: signal.signal(number, wish) for number in SIGNALS}
    try:
        with only_portal(instance, f"http://{local.url_host(host)}:{port}"):
            checks.port_free(host, port)
            say("Starting the portal.")
            with services(instance) as running:
                wish.wait(0)
                _say_where(running.environment())
                environment = local.environment(running, mode="production", host=host, port=port)
                if local.is_loopback(host):
                    # Whoever looks at the demo has no telephone that knows its accounts.
                    environment.setdefault(local.SECOND_FACTOR_OFF, "1")
                _serve(instance, environment, wish, host=host, port=port, begun=begun)
    except KeyboardInterrupt:
        say("Stopped. The data stays for the next start.")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _serve(
    instance: Instance,
    environment: Mapping[str, str],
    wish: Wish,
    *,
    host: str,
    port: int,
    begun: float,
) -> None:
    started: list[Child] = []
    try:
        _prepare(instance, environment, wish)
        for name, command in _programs(host, port).items():
            extra = _metrics_directory(instance) if name == "web" else {}
            log = instance.log / f"{name}.log"
            started.append(Child(name, command, log, {**environment, **extra}))
        _wait_until_ready(started, wish, host, port)
        _announce(instance, host, port, monotonic() - begun)
        while not (ended := [child for child in started if child.ended]):
            wish.wait(0.5)
        raise death(ended[0])
    finally:
        if started:
            say("\nStopping ...")
        children.stop(started, hurry=lambda: wish.count > 1)


def _programs(host: str, port: int) -> dict[str, list[str]]:
    python = sys.executable
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    celery = [python, "-m", "celery", "-A", "citybrain.celery:app"]
    return {
        "web": [
            python, "-m", "gunicorn", "--config", str(CHECKOUT / "deploy" / "gunicorn.conf.py"),
            "--bind", bind, "citybrain.wsgi:application",
        ],
        "worker": [
            *celery, "worker", "--loglevel", "INFO", "--concurrency", "2",
            "--without-gossip", "--without-mingle",
        ],
        "beat": [*celery, "beat", "--loglevel", "INFO", "--pidfile="],
    }  # fmt: skip


def _metrics_directory(instance: Instance) -> dict[str, str]:
    """A fresh directory in which the web workers add up their Prometheus counters."""
    directory = instance.run / "metrics"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    return {"PROMETHEUS_MULTIPROC_DIR": str(directory)}


def _prepare(instance: Instance, environment: Mapping[str, str], wish: Wish) -> None:
    """Migrates, collects and loads the demo in a process of its own, which says what it does."""
    log = instance.log / "prepare.log"
    log.unlink(missing_ok=True)
    with log.open("ab") as output:
        process = children.launch(
            [sys.executable, "-m", "citybrain.embedded.prepare", str(log)],
            cwd=CHECKOUT, env=dict(environment), stdin=subprocess.DEVNULL, stderr=output,
            process_group=0,
        )  # fmt: skip
    try:
        while process.poll() is None:
            wish.wait(0.1)
    finally:
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait()
    if process.returncode != 0:
        raise checks.failure("Preparing failed.", log)


def _wait_until_ready(started: list[Child], wish: Wish, host: str, port: int) -> None:
    say("  Web, worker and scheduler ...", end=" ")
    begun = monotonic()
    answer = ""
    while monotonic() - begun < READY_SECONDS:
        for child in started:
            if child.ended:
                raise death(child)
        status, answer = _ask("/readyz", host, port)
        if status == 200:
            say(f"{monotonic() - begun:.1f} s")
            return
        wish.wait(0.2)
    raise EmbeddedError(
        f"The portal is not ready after {READY_SECONDS} seconds; it answers: {answer}"
    )


def _ask(path: str, host: str, port: int) -> tuple[int, str]:
    """Status and body of a GET; 0 and the error when nobody answers."""
    connection = http.client.HTTPConnection(local.url_host(host).strip("[]"), port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read(2000).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)
    finally:
        connection.close()


def death(child: Child) -> EmbeddedError:
    """What to say about a child that ended by itself."""
    code = child.process.wait()
    how = f"with exit code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"
    return checks.failure(f"{child.name} ended {how}.", child.log)


def _say_where(addresses: Mapping[str, str]) -> None:
    for name in addresses:
        if external(name):
            say(f"  {name} is set: that server is used instead of an embedded one.")


def _announce(instance: Instance, host: str, port: int, seconds: float) -> None:
    address = f"http://{local.url_host(host)}:{port}"
    accounts = instance.run / "accounts.txt"
    say(f"\nThe portal 门户 answers at {address} (started in {seconds:.0f} s).\n")
    if accounts.exists():
        say(accounts.read_text(encoding="utf-8"))
    say(f"API: {address}/api/docs/   Logs: {instance.log}")
    if local.is_loopback(host):
        say(f"No second factor is asked for here; {local.SECOND_FACTOR_OFF}=0 asks for it.")
    else:
        say("It is reachable from the network WITHOUT encryption: for a look, not for work.")
    say("Stop: Ctrl-C here, or `make stop` in another terminal.")


# --- one portal a checkout -------------------------------------------------------------------------


@contextmanager
def only_portal(instance: Instance, address: str) -> Iterator[None]:
    """Held while the portal of this checkout runs: a second scheduler would send things twice."""
    path = instance.run / "portal.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not try_exclusively(descriptor):
            pid, where = _running_portal(path)
            raise EmbeddedError(
                f"The portal of this checkout runs already, at {where} (process {pid}). "
                "`make stop` ends it; CITYBRAIN_VAR_DIR=/path starts a second one with its own data."
            )
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps({"pid": os.getpid(), "address": address}).encode())
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _running_portal(lock: Path) -> tuple[int, str]:
    with suppress(ValueError, KeyError, OSError):
        facts = json.loads(lock.read_text(encoding="utf-8"))
        return int(facts["pid"]), str(facts["address"])
    return 0, "an unknown address"


def stop_portal(instance: Instance, *, seconds: float = 40) -> bool:
    """Asks the running portal of this checkout to stop and waits; False when none runs."""
    instance.create()
    path = instance.run / "portal.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if try_exclusively(descriptor):
            return False
        pid, _address = _running_portal(path)
        if pid <= 0:
            return False
        os.kill(pid, signal.SIGTERM)
        deadline = monotonic() + seconds
        pause = Event()
        while not try_exclusively(descriptor):
            if monotonic() > deadline:
                raise EmbeddedError(
                    f"The portal (process {pid}) does not stop; see {instance.log}."
                )
            pause.wait(0.1)
        return True
    finally:
        os.close(descriptor)
