"""A government office system that signs people in: a small OpenID Connect provider on loopback."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CLIENT_ID, CLIENT_SECRET = "city-brain", "client-secret"


@dataclass
class OfficeSystem:
    """`claims` are what it says of whoever signs in; `asked` the requests that it answered."""

    address: str
    claims: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    challenge: str = ""

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "jwks_uri": f"{self.address}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def token(self, given: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        """Answers like a provider that insists on the client's secret and on PKCE (RFC 7636)."""
        verifier = given.get("code_verifier", [""])[0].encode()
        proof = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        if (
            given.get("client_secret") != [CLIENT_SECRET]
            or given.get("code") != ["the-code"]
            or proof != self.challenge
        ):
            return 400, {"error": "invalid_grant"}
        return 200, {
            "access_token": "the-token",
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": self._id_token(),
        }

    def _id_token(self) -> str:
        def part(content: dict[str, Any]) -> str:
            return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

        now = int(time.time())
        body = {"iss": self.address, "aud": CLIENT_ID, "iat": now, "exp": now + 60, **self.claims}
        return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(body)}.c2lnbmF0dXJl"


@contextmanager
def running() -> Iterator[OfficeSystem]:
    """The provider, answering on a free port for the length of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            office.asked.append(path)
            if path == "/.well-known/openid-configuration":
                self._answer(200, office.configuration())
            elif path == "/userinfo" and self.headers["Authorization"] == "Bearer the-token":
                self._answer(200, office.claims)
            else:
                self._answer(404, {})

        def do_POST(self) -> None:
            office.asked.append(self.path)
            length = int(self.headers["Content-Length"])
            self._answer(*office.token(parse_qs(self.rfile.read(length).decode())))

        def _answer(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_parts: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    office = OfficeSystem(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield office
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
