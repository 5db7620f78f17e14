"""Somebody tries codes, as fast as they can, while a system with a good one works."""

import itertools
import secrets
import time

from sharing.models import ServiceCall
from tests.benchmarks import gateway, load, state
from tests.benchmarks.runner import say
from tests.benchmarks.serving import server
from tests.drills.callers import Callers, assert_all_on_record

SECONDS = 20.0
PER_SECOND = 1000
MOST_RECORDS = 3 * 61  # of three minutes at most: sixty one by one, and that there were too many
SLOWER = 10  # times the good caller's median may be


def run() -> None:
    """A thousand wrong codes a second are asked for while a good caller goes on.

    The good caller is served throughout, every call of theirs on record; of the others a minute
    leaves 61 records at most.
    """
    with state.fresh_database():
        subject = gateway.build(2_000)
        with server("citybrain.wsgi:application") as port:
            calm = Callers(port, subject.service, subject.code)
            first = [calm.call() for _one in range(20)]  # both web workers have warmed up
            with calm.calling(1):
                time.sleep(5)
            busy = Callers(port, subject.service, subject.code)
            with busy.calling(1):
                flood = load.run(
                    port, _wrong(port, subject.service), connections=16, seconds=SECONDS,
                    per_second=PER_SECOND,
                )  # fmt: skip
        say(f"   {flood.per_second:.0f} wrong codes a second: {flood.statuses}")
        say(f"   a good call: {calm.median() * 1000:.1f} ms, then {busy.median() * 1000:.1f} ms")
        assert set(flood.statuses) <= {401, 429}
        assert set(busy.statuses()) == {200}
        assert busy.median() < SLOWER * calm.median()
        assert not assert_all_on_record(first + calm.answers + busy.answers)
        assert ServiceCall.objects.exclude(outcome="served").count() <= MOST_RECORDS


def _wrong(port: int, service: str) -> "load.Request":
    number = itertools.count()

    def request(_n: int) -> bytes:
        key = f"{next(number):012x}"
        return (
            f"GET /gateway/v1/services/{service}/records HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Bearer cba_{key}.{secrets.token_hex(22)}\r\n\r\n"
        ).encode()

    return request
