"""Another portal, for real: it says on its addresses what a test gives it to say."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from catalog.harvest.services import runs, sources
from catalog.models import HarvestRun, HarvestSource
from tests.personas import World, actor_of


class Portal:
    """`pages` maps a path with its query to what is answered there, as JSON or as bytes."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.pages: dict[str, Any] = {}
        self.asked: list[str] = []

    def say(self, *datasets: dict[str, Any]) -> None:
        """Says at /data.json that these are all datasets."""
        self.pages["/data.json"] = {"dataset": list(datasets)}


@contextmanager
def portal() -> Iterator[Portal]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            answer = made.pages.get(self.path)
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(404 if answer is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: Any) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Portal(f"http://127.0.0.1:{server.server_address[1]}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield made
        finally:
            server.shutdown()


def dataset(key: str = "parks", **changes: Any) -> dict[str, Any]:
    return {
        "identifier": key,
        "title": "城市公园名录",
        "description": "全市公园的名称、位置和面积。",
        "accrualPeriodicity": "R/P1M",
        "landingPage": f"https://data.example.cn/{key}",
        "distribution": [{"format": "CSV"}],
        **changes,
    }


def a_source(world: World, address: str, **values: Any) -> HarvestSource:
    return sources.save_source(
        actor=actor_of(world.police_cataloguer),
        source=None,
        values={
            "name": "省开放平台",
            "kind": "data_json",
            "address": f"{address}/data.json",
            "department": world.police,
            "schedule": "manual",
            **values,
        },
    )


def harvest(world: World, source: HarvestSource) -> HarvestRun:
    run = sources.order(actor=actor_of(world.police_cataloguer), source=source)
    runs.run(run.pk)
    run.refresh_from_db()
    return run
