"""A department's own interface, for real, with the bad manners that a test asks of it."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

ROWS = [
    {"no": f"JZ{n:03}", "person": {"name": f"陈琼生{n}"}, "day": "2026-03-01", "sex": "x" * (n % 2)}
    for n in range(1, 8)
]


class Department:
    """`manner` is how the next answers come; `asked` what was asked: path, query, headers."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.manner = "well"
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []


class _Handler(BaseHTTPRequestHandler):
    department: Department

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        self.department.asked.append((parts.path, query, dict(self.headers)))
        getattr(self, f"_{self.department.manner}")(query)

    def _well(self, query: dict[str, str]) -> None:
        first, count = int(query.get("offset", 0)), int(query.get("limit", 50))
        self._say(json.dumps({"data": {"list": ROWS[first : first + count]}}).encode())

    def _broken(self, _query: dict[str, str]) -> None:
        self.send_error(500)

    def _hanging(self, _query: dict[str, str]) -> None:
        time.sleep(2)

    def _lying(self, _query: dict[str, str]) -> None:
        self._say(b'{"data": {"list": [', length=10_000)

    def _endless(self, _query: dict[str, str]) -> None:
        self._say(b"", length=1 << 30)
        piece = b"[" * 65536
        try:
            while True:
                self.wfile.write(piece)
        except OSError:
            return  # the other side has had enough

    def _elsewhere(self, _query: dict[str, str]) -> None:
        self.send_response(302)
        self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
        self.end_headers()

    def _page(self, _query: dict[str, str]) -> None:
        self._say(b"<html></html>", kind="text/html")

    def _say(
        self, body: bytes, *, length: int | None = None, kind: str = "application/json"
    ) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: Any) -> None:
        """Nothing."""


@contextmanager
def department() -> Iterator[Department]:
    handler = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        made = Department(f"http://127.0.0.1:{server.server_address[1]}")
        handler.department = made  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield made
        finally:
            server.shutdown()
