"""Callers of the gateway who go on whatever happens, and what the portal has on record of them."""

import http.client
import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connections

from sharing.models import ServiceCall
from tests.calling import headers

PATIENCE = 30  # seconds for one answer


@dataclass(frozen=True)
class Answer:
    """One answer as its caller saw it; `status` 0 when the connection broke."""

    request_id: str
    status: int
    outcome: str
    seconds: float
    says_when: bool


@dataclass
class Callers:
    """Some threads, each calling again as soon as it has an answer, each call signed anew."""

    port: int
    service: str
    code: str
    answers: list[Answer] = field(default_factory=list)

    @contextmanager
    def calling(self, threads: int = 4) -> Iterator[None]:
        """Calls go on for as long as the block."""
        ended = threading.Event()
        workers = [threading.Thread(target=self._go_on, args=(ended,)) for _one in range(threads)]
        for worker in workers:
            worker.start()
        try:
            yield
        finally:
            ended.set()
            for worker in workers:
                worker.join()

    def _go_on(self, ended: threading.Event) -> None:
        while not ended.is_set():
            self.answers.append(self.call())

    def call(self) -> Answer:
        path = f"/gateway/v1/services/{self.service}/records?page_size=20"
        request_id = secrets.token_hex(16)
        given = {**headers(self.code, path), "X-Request-ID": request_id}
        began, body = time.perf_counter(), b""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers=given)
            response = connection.getresponse()
            body = response.read()
            status, says_when = response.status, response.headers.get("Retry-After") is not None
        except (OSError, http.client.HTTPException):
            status, says_when = 0, False
        finally:
            connection.close()
        seconds = time.perf_counter() - began
        problem = json.loads(body) if status >= 400 else {}
        return Answer(request_id, status, str(problem.get("outcome", "")), seconds, says_when)

    def statuses(self) -> dict[int, int]:
        return dict(Counter(answer.status for answer in self.answers))

    def median(self) -> float:
        """Seconds that the middle one of the answers took."""
        taken = sorted(answer.seconds for answer in self.answers)
        return taken[len(taken) // 2]


def assert_all_on_record(answers: list[Answer]) -> int:
    """Each answer with rows left one record that says so, nobody else's call was served.

    Returns how many calls are on record as served although their callers got no answer: the server
    had written the record when the connection to it broke.
    """
    connections.close_all()
    served = Counter(
        ServiceCall.objects.filter(outcome="served").values_list("request_id", flat=True)
    )
    got = [answer.request_id for answer in answers if answer.status == 200]
    assert all(served[request_id] == 1 for request_id in got), "a call went unrecorded, or twice"
    without = set(served) - set(got)
    failed = {answer.request_id for answer in answers if answer.status != 200}
    assert without <= failed, "records of calls that nobody made"
    return len(without)
