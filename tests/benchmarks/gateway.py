"""The gateway against a bare Django view: all checks, masks and the call record against none.

10 of 20 items, two of them masked, pages of 50 rows out of a million, code, signature, nonce, rate,
quota and record on, synchronous commit as the server has it. `authorize` answers another gateway
without reading rows. Both run under the gunicorn settings of a deployment, in turns, so that whatever
else the machine does falls on both.
"""

import itertools
import os
import random
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone

from sharing.choices import Outcome
from sharing.codes.choices import MOST_RATE
from sharing.codes.signing import Target, authorization_header
from sharing.models import (
    Authorization,
    AuthorizationCode,
    HostedDataset,
    InterfaceService,
    ServiceCall,
)
from sharing.services import hosting
from tests import scenes
from tests.benchmarks import load as generator
from tests.benchmarks import state
from tests.benchmarks.load import Load
from tests.benchmarks.results import Result
from tests.benchmarks.runner import say
from tests.benchmarks.serving import server
from tests.benchmarks.timing import median, ratio
from tests.personas import World, build_world

ROWS = int(os.environ.get("BENCHMARK_ROWS", "1000000"))
ITEMS, GRANTED, PAGE = 20, 10, 50
CONNECTIONS, ROUNDS, SECONDS = 8, 5, 3.0
PREPARED = 6000  # calls of one round, more than any gateway here answers
LOADED = 0.8
LIMIT, AUTHORIZE_LIMIT = 0.5, 0.7


@dataclass(frozen=True)
class Subject:
    """What is called: the service, the code that opens it, and what the bare view reads."""

    world: World
    authorization: Authorization
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


def build(count: int = ROWS) -> Subject:
    """Makes an entry of 20 items with `count` rows and a grant of ten, in the present database."""
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
        rows=count,
        digest="0" * 64,
        uploaded_at=timezone.now(),
    )
    rng = random.Random(1)
    rows = (
        {
            name: f"DJ{row:07}" if place == 0 else f"值{rng.randrange(10**9):09}"
            for place, name in enumerate(names)
        }
        for row in range(count)
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
    code = scenes.a_code(world, authorization)
    # Faster than a code may ever be: the limit itself is no part of what is measured.
    AuthorizationCode.objects.update(per_second=100 * MOST_RATE)
    return Subject(world, authorization, service.code, code, dataset.pk, granted)


def measure(subject: Subject) -> list[Result]:
    """Answers per second of all three in turns, and how long the gateway's callers wait."""
    reading = {"BARE_NAMES": ",".join(subject.names), "BARE_DATASET": str(subject.dataset_id)}
    with (
        server("tests.benchmarks.bare:application", reading) as bare_port,
        server("citybrain.wsgi:application") as gateway_port,
    ):
        path = f"/gateway/v1/services/{subject.service}/records"
        bare, gateway, authorize = [], [], []
        for number in range(ROUNDS + 1):
            one = _load(bare_port, _plain("/records"))
            other = _load(gateway_port, _signed(subject, path, path))
            third = _load(gateway_port, _signed(subject, "/gateway/v1/authorize", path))
            if number:  # the first round warms all up
                bare.append(one)
                gateway.append(other)
                authorize.append(third)
        most = median([load.per_second for load in gateway])
        calm = [
            _load(gateway_port, _signed(subject, path, path), per_second=most * LOADED)
            for _round in range(ROUNDS)
        ]
    _assert_recorded([*gateway, *authorize, *calm])
    for name, loads in (
        ("bare view", bare), ("gateway", gateway), ("authorize", authorize), ("at 80%", calm),
    ):  # fmt: skip
        say(
            f"   {name}: {median([load.per_second for load in loads]):.0f} answers a second, "
            f"p50 {median([load.percentile(0.5) for load in loads]):.1f} ms, "
            f"p99 {median([load.percentile(0.99) for load in loads]):.1f} ms"
        )
    rates = [load.per_second for load in bare]
    unit = "x the bare view's answers a second"
    return [
        Result(
            "gateway.throughput",
            ratio([load.per_second for load in gateway], rates),
            unit,
            LIMIT,
            "higher",
        ),
        Result(
            "gateway.authorize",
            ratio([load.per_second for load in authorize], rates),
            unit,
            AUTHORIZE_LIMIT,
            "higher",
        ),
        Result(
            "gateway.p99",
            ratio(
                [load.percentile(0.99) for load in calm], [load.percentile(0.5) for load in calm]
            ),
            "x the median time of an answer, at 80% of the load",
            3,
            "lower",
        ),
    ]


def _assert_recorded(loads: list[Load]) -> None:
    """Every answer that was counted left its record; those of the first round come on top."""
    served = ServiceCall.objects.filter(outcome=Outcome.SERVED).count()
    assert served >= sum(len(load.milliseconds) for load in loads), "calls went unrecorded"


def _load(port: int, requests: Iterator[str], per_second: float = 0) -> Load:
    def request(_number: int) -> bytes:
        return next(requests).format(port=port).encode()

    load = generator.run(
        port, request, connections=CONNECTIONS, seconds=SECONDS, per_second=per_second
    )
    assert set(load.statuses) == {200}, load.statuses
    return load


def _query(number: int) -> str:
    return f"page_size={PAGE}&after={number * 7919 % (ROWS - PAGE)}"


def _plain(path: str) -> Iterator[str]:
    for number in itertools.count():
        yield f"GET {path}?{_query(number)} HTTP/1.1\r\nHost: 127.0.0.1:{{port}}\r\n\r\n"


def _signed(subject: Subject, asked: str, path: str) -> Iterator[str]:
    """Signed calls of `path`, or questions about them; signed beforehand, the client costs nothing."""
    return iter([_one(subject, asked, path, number) for number in range(PREPARED)])


def _one(subject: Subject, asked: str, path: str, number: int) -> str:
    query = _query(number)
    header = authorization_header(
        subject.code, Target("GET", path, query), at=timezone.now(), nonce=secrets.token_hex(16)
    )
    head = f"Host: 127.0.0.1:{{port}}\r\nAuthorization: {header}\r\n"
    if asked != path:
        head += f"X-CBA-Service: {subject.service}\r\nX-Original-URI: {path}?{query}\r\n"
        return f"GET {asked} HTTP/1.1\r\n{head}\r\n"
    return f"GET {asked}?{query} HTTP/1.1\r\n{head}\r\n"
