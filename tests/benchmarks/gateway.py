"""The gateway against a bare Django view: all checks, masks and the call record against none.

10 of 20 items, two of them masked, pages of 50 rows out of 100,000, synchronous commit as the
server has it. Both run under the gunicorn settings of a deployment, in turns, so that whatever
else the machine does falls on both.
"""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone

from sharing.choices import Outcome
from sharing.models import HostedDataset, InterfaceService, ServiceCall
from sharing.services import hosting
from tests import scenes
from tests.benchmarks import load as generator
from tests.benchmarks import state
from tests.benchmarks.load import Load
from tests.benchmarks.results import Result
from tests.benchmarks.runner import say
from tests.benchmarks.timing import median, ratio
from tests.personas import build_world

ROOT = Path(__file__).resolve().parents[2]
ROWS, ITEMS, GRANTED, PAGE = 100_000, 20, 10, 50
CONNECTIONS, ROUNDS, SECONDS = 8, 5, 3.0
LIMIT = 0.35


@dataclass(frozen=True)
class Subject:
    """What is called: the service, the code that opens it, and what the bare view reads."""

    service: str
    code: str
    dataset_id: int
    names: list[str]


def run() -> Sequence[Result]:
    """The gateway against a bare Django view on the same server: all checks and the record on."""
    with state.fresh_database():
        subject = build()
        state.settle()
        return measure(subject)


def build() -> Subject:
    """Makes an entry of 20 items with 100,000 rows and a grant of ten, in the present database."""
    world = build_world()
    items = [dict(item) for item in scenes.ITEMS]
    items += [
        {"name": f"信息项{number}", "data_type": "C", "length": 40}
        for number in range(len(items) + 1, ITEMS + 1)
    ]
    entry = scenes.a_published_entry(world, items=items)
    names = [str(item["name"]) for item in items]
    dataset = HostedDataset.objects.create(
        entry=entry,
        number=1,
        file_name="benchmark.csv",
        rows=ROWS,
        digest="0" * 64,
        uploaded_at=timezone.now(),
    )
    rng = random.Random(1)
    rows = (
        {
            name: f"DJ{row:07}" if place == 0 else f"值{rng.randrange(10**9):09}"
            for place, name in enumerate(names)
        }
        for row in range(ROWS)
    )
    hosting.copy_rows(dataset, rows)
    service = InterfaceService.objects.create(
        entry=entry, code=hosting.service_code(entry), dataset=dataset
    )
    granted = [*names[:3], *names[4 : 4 + GRANTED - 3]]
    authorization = scenes.an_authorization(
        world, entry, names=tuple(granted), daily_calls=1_000_000
    )
    assert sum(item["masked"] for item in authorization.terms["items"]) == 2
    assert len(authorization.terms["items"]) == GRANTED
    return Subject(service.code, scenes.a_code(world, authorization), dataset.pk, granted)


def measure(subject: Subject) -> list[Result]:
    """Answers per second of both in turns, and how long the gateway's callers wait."""
    with (
        _server("tests.benchmarks.bare:application", subject) as bare_port,
        _server("citybrain.wsgi:application", subject) as gateway_port,
    ):
        path = f"/gateway/v1/services/{subject.service}/records?page_size={PAGE}"
        bearer = f"Authorization: Bearer {subject.code}\r\n"
        bare, gateway = [], []
        for number in range(ROUNDS + 1):
            one = _load(bare_port, f"/records?page_size={PAGE}", "")
            other = _load(gateway_port, path, bearer)
            if number:  # the first round warms both up
                bare.append(one)
                gateway.append(other)
    _assert_recorded(gateway)
    for name, loads in (("bare view", bare), ("gateway", gateway)):
        say(
            f"   {name}: {median([load.per_second for load in loads]):.0f} answers a second, "
            f"p50 {median([load.percentile(0.5) for load in loads]):.1f} ms, "
            f"p99 {median([load.percentile(0.99) for load in loads]):.1f} ms"
        )
    return [
        Result(
            "gateway.throughput",
            ratio([load.per_second for load in gateway], [load.per_second for load in bare]),
            "x the bare view's answers a second",
            LIMIT,
            "higher",
        ),
        Result(
            "gateway.p99",
            ratio(
                [load.percentile(0.99) for load in gateway],
                [load.percentile(0.5) for load in gateway],
            ),
            "x the median time of an answer",
            4,
            "lower",
        ),
    ]


def _assert_recorded(loads: list[Load]) -> None:
    """Every answer that was counted left its record; those of the first round come on top."""
    served = ServiceCall.objects.filter(outcome=Outcome.SERVED).count()
    assert served >= sum(len(load.milliseconds) for load in loads), "calls went unrecorded"


def _load(port: int, path: str, header: str) -> Load:
    def request(number: int) -> bytes:
        after = number * 7919 % (ROWS - PAGE)
        return (
            f"GET {path}&after={after} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{header}\r\n"
        ).encode()

    load = generator.run(port, request, connections=CONNECTIONS, seconds=SECONDS)
    assert set(load.statuses) == {200}, load.statuses
    return load


@contextmanager
def _server(application: str, subject: Subject) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "CITYBRAIN_ENV": "production",
        "CITYBRAIN_PLAIN_HTTP": "1",
        "CITYBRAIN_WEB_BIND": f"127.0.0.1:{port}",
        "BARE_NAMES": ",".join(subject.names),
        "BARE_DATASET": str(subject.dataset_id),
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", application]
    with Path(os.devnull).open("w") as nowhere:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=nowhere, stderr=nowhere
        )
        try:
            _wait(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(20)


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _attempt in range(300):
        assert server.poll() is None, "the server did not start"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")
