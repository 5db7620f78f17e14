"""A small load generator: a few connections that ask again as soon as they are answered."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Request = Callable[[int], bytes]


@dataclass
class Load:
    """Answers in `seconds`; `milliseconds` of each, `statuses` by code."""

    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def run(
    port: int,
    request: Request,
    *,
    connections: int,
    seconds: float,
    per_second: float = 0,
) -> Load:
    """Keeps `connections` busy for `seconds` against 127.0.0.1; `request` makes the n-th request.

    With `per_second` they ask that often all together, evenly, instead of as fast as they can.
    """
    pause = connections / per_second if per_second else 0.0
    return asyncio.run(_run(port, request, connections, seconds, pause))


async def _run(port: int, request: Request, connections: int, seconds: float, pause: float) -> Load:
    load = Load()
    started = time.perf_counter()
    ends = started + seconds
    await asyncio.gather(
        *(
            _ask(port, request, n, ends, load, pace=(pause, started + pause * n / connections))
            for n in range(connections)
        )
    )
    load.seconds = time.perf_counter() - started
    return load


async def _ask(
    port: int,
    request: Request,
    number: int,
    ends: float,
    load: Load,
    *,
    pace: tuple[float, float],
) -> None:
    pause, due = pace
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = number * 1_000_003
    while time.perf_counter() < ends:
        if pause:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            due += pause
        before = time.perf_counter()
        writer.write(request(count))
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        lower = head.lower()
        length = int(lower.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
        load.milliseconds.append((time.perf_counter() - before) * 1000)
        load.statuses[status] = load.statuses.get(status, 0) + 1
        count += 1
        if b"connection: close" in lower:
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
