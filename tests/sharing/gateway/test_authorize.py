"""An existing gateway asks whether a call may pass: over HTTP, and a real nginx with our file."""

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from sharing.choices import Outcome
from sharing.codes.signing import Target, authorization_header
from sharing.models import InterfaceService, ServiceCall
from tests import calling, scenes
from tests.sharing.conftest import Granted

ROOT = Path(__file__).resolve().parents[3]
AUTHORIZE = "/gateway/v1/authorize"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
PATIENCE = 10.0


def service_of(granting: Granted) -> str:
    return InterfaceService.objects.get(entry=granting[1].entry_id).code


@pytest.mark.django_db
def test_a_gateway_is_told_whether_a_call_may_pass_and_with_what(granting: Granted) -> None:
    world, authorization = granting
    code, service = scenes.a_code(world, authorization), service_of(granting)
    InterfaceService.objects.update(dataset=None)  # the rows are elsewhere
    uri = f"/api/{service}/residents?district=460105"
    sent = {**calling.headers(code, uri), "X-Original-URI": uri, "X-CBA-Service": service}
    passed = Client().get(AUTHORIZE, headers=sent)
    assert passed.status_code == 200
    assert passed["X-CBA-Items"] == ",".join(map(quote, ("登记编号", "姓名", "登记日期")))
    assert passed["X-CBA-Masked"] == quote("姓名")
    assert passed.json()["authorization"] == passed["X-CBA-Authorization"] == authorization.number
    again = Client().get(AUTHORIZE, headers=sent)
    assert (again.status_code, again["X-CBA-Status"]) == (401, "401")
    assert json.loads(again["X-CBA-Problem"])["outcome"] == Outcome.REPLAYED
    # A program asks by POST about a call with a body, whose digest its caller has signed.
    at, nonce = timezone.now(), "n" * 32
    target = Target("PUT", "/api/x", "", "a" * 64)
    question = {
        "service": service, "method": "PUT", "uri": "/api/x", "body_sm3": "a" * 64,
        "authorization": authorization_header(code, target, at=at, nonce=nonce),
    }  # fmt: skip

    def post(**changed: str) -> Any:
        return Client().post(AUTHORIZE, {**question, **changed}, content_type="application/json")

    assert post(body_sm3="b" * 64).status_code == 401, "another body than was signed"
    assert post(body_sm3="x").status_code == 400
    assert post(uri="").status_code == 400
    other = Target("PUT", "/api/x", "?", "a" * 64)
    other_header = authorization_header(code, other, at=at, nonce="m" * 32)
    again = post(uri="/api/x?中", authorization=other_header)
    assert again.status_code == 401, "another address than was signed"
    for text in ('{"method": "\\ud800", "uri": "/", "service": "s_1"}', "[" * 60_000):
        assert Client().post(AUTHORIZE, text, content_type="application/json").status_code == 400
    assert post().json()["body_sm3"] == "a" * 64
    assert list(ServiceCall.objects.order_by("id").values_list("outcome", "rows")) == [
        (Outcome.SERVED, 0), (Outcome.REPLAYED, 0),
        (Outcome.UNKNOWN_CODE, 0), (Outcome.UNKNOWN_CODE, 0), (Outcome.SERVED, 0),
    ]  # fmt: skip


class Department(BaseHTTPRequestHandler):
    """Whoever has the data behind the other gateway: says which headers it was asked with."""

    def do_GET(self) -> None:
        body = json.dumps(dict(self.headers)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def nginx(folder: Path, portal: str, department: int) -> Iterator[str]:
    """A real nginx with the file that is shipped; its address."""
    port = free_port()
    (folder / "nginx.conf").write_text(
        f"""
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream citybrain {{ server {portal}; }}
    upstream department {{ server 127.0.0.1:{department}; }}
    server {{ listen 127.0.0.1:{port}; include {ROOT}/deploy/nginx/authorize.conf; }}
}}
"""
    )
    command = [str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process, folder)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        assert process.poll() is None, (folder / "error.log").read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("nginx does not listen")


@pytest.mark.django_db(transaction=True)
def test_a_real_nginx_lets_through_what_the_portal_allows(
    granting: Granted, live_server: Any, tmp_path: Path
) -> None:
    if NGINX is None:
        assert not os.environ.get("CITYBRAIN_REQUIRE_NGINX"), "nginx is not installed"
        pytest.skip("nginx is not installed (Debian: apt-get install nginx-light)")
    world, authorization = granting
    code, service = scenes.a_code(world, authorization), service_of(granting)
    behind = HTTPServer(("127.0.0.1", 0), Department)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    portal = live_server.url.removeprefix("http://")
    with nginx(tmp_path, portal, behind.server_address[1]) as address:
        uri = f"/api/{service}/residents?district=460105"
        answer = httpx.get(address + uri, headers=calling.headers(code, uri))
        assert answer.status_code == 200, (tmp_path / "error.log").read_text()
        seen = answer.json()
        assert seen["X-CBA-Items"] == ",".join(map(quote, ("登记编号", "姓名", "登记日期")))
        assert seen["X-CBA-Authorization"] == authorization.number
        assert "Authorization" not in seen, "the code goes no further"
        refused = httpx.get(address + uri)
        assert (refused.status_code, refused.json()["outcome"]) == (401, Outcome.NO_CODE)
        type(authorization).objects.update(daily_quota=1)
        limited = httpx.get(address + uri, headers=calling.headers(code, uri))
        assert (limited.status_code, limited.json()["outcome"]) == (429, Outcome.OVER_QUOTA)
        assert int(limited.headers["Retry-After"]) > 0
        type(authorization).objects.update(state="suspended")
        stopped = httpx.get(address + uri, headers=calling.headers(code, uri))
        assert (stopped.status_code, stopped.json()["outcome"]) == (403, Outcome.SUSPENDED)
        assert "授权已暂停" in stopped.json()["detail"]
    behind.shutdown()
    behind.server_close()
