"""Servers that mean harm, for real: each ends with a sentence, soon, and with little memory."""

import gzip
import ipaddress
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from citybrain import outgoing
from citybrain.outgoing import Guard, Limits, OutgoingError, fetch

MEBIBYTE = 1024 * 1024
HERE = Guard([ipaddress.ip_network("127.0.0.1/32")])
SMALL = Limits(bytes=MEBIBYTE, seconds=2)
Answer = Callable[[socket.socket, str], None]


@contextmanager
def server(answer: Answer) -> Iterator[str]:
    """A server on the loopback address that does with a connection what `answer` does."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    connection, _peer = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(5)
                    try:
                        asked = connection.recv(65536).decode("latin-1")
                        answer(connection, asked)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            over.set()
            listening.close()


def head(*lines: str, status: str = "200 OK", kind: str = "application/json") -> bytes:
    fields = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", *lines)
    return "".join(f"{line}\r\n" for line in (*fields, "")).encode()


def saying(content: bytes, *lines: str, **kind: str) -> Answer:
    def answer(connection: socket.socket, asked: str) -> None:
        connection.sendall(head(*lines, **kind) + content)

    return answer


def refusal(address: str, limits: Limits = SMALL, guard: Guard = HERE) -> str:
    with pytest.raises(OutgoingError) as caught:
        fetch(address, limits=limits, guard=guard)
    return str(caught.value)


def test_an_honest_answer_comes_as_it_is_and_nothing_of_the_portal_goes_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.9:1")
    heard = []

    def answer(connection: socket.socket, asked: str) -> None:
        heard.append(asked.lower())
        body = gzip.compress(b'{"a": 1}')
        fields = ("Content-Encoding: gzip", f"Content-Length: {len(body)}", "Set-Cookie: a=b")
        connection.sendall(head(*fields) + body)

    with server(answer) as address:
        for _turn in range(2):
            fetched = fetch(f"{address}/data.json?x=1", guard=HERE)
            assert (fetched.body, fetched.content_type) == (b'{"a": 1}', "application/json")
    assert heard[0].startswith("get /data.json?x=1 http/1.1")
    for asked in heard:
        assert "cookie" not in asked
        assert "authorization" not in asked


@pytest.mark.parametrize("headers", [{"Authorization": "令牌"}, {"令牌": "x"}])
def test_a_header_that_cannot_be_sent_is_told_not_raised(headers: dict[str, str]) -> None:
    with pytest.raises(OutgoingError, match="不能发送的字符"):
        fetch("http://127.0.0.1:8000/", guard=HERE, headers=headers)


def test_an_answer_that_never_ends_is_given_up_at_the_limit() -> None:
    def endless(connection: socket.socket, asked: str) -> None:
        connection.sendall(head("Transfer-Encoding: chunked"))
        while True:
            connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")

    with server(endless) as address:
        tracemalloc.start()
        try:
            assert "超过 1 MB" in refusal(address)
            assert tracemalloc.get_traced_memory()[1] < 6 * MEBIBYTE
        finally:
            tracemalloc.stop()


def test_a_length_that_is_a_lie_is_not_believed() -> None:
    with server(saying(b"x" * (2 * MEBIBYTE), "Connection: close")) as address:
        assert "超过 1 MB" in refusal(address)
    with server(saying(b"{}", "Content-Length: 100000000000")) as address:
        assert "中断" in refusal(address)
    with server(saying(b"{}" * 100, "Content-Length: 2")) as address:
        assert fetch(address, guard=HERE).body == b"{}"


def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(200 * MEBIBYTE))
    fields = ("Content-Encoding: gzip", f"Content-Length: {len(bomb)}")
    with server(saying(bomb, *fields)) as address:
        tracemalloc.start()
        try:
            assert "超过 1 MB" in refusal(address)
            assert tracemalloc.get_traced_memory()[1] < 6 * MEBIBYTE
        finally:
            tracemalloc.stop()
    with server(saying(b"not packed", "Content-Encoding: gzip")) as address:
        assert "解压不了" in refusal(address)
    with server(saying(gzip.compress(b"{}" * 99)[:-9], "Content-Encoding: gzip")) as address:
        assert "不完整" in refusal(address)
    with server(saying(b"{}", "Content-Encoding: br")) as address:
        assert "不支持的压缩方式" in refusal(address)


@pytest.mark.parametrize("where", ["head", "body"])
def test_drop_by_drop_is_given_up_when_the_time_is_over(where: str) -> None:
    def slow(connection: socket.socket, asked: str) -> None:
        if where == "body":
            connection.sendall(head("Content-Length: 1000000"))
        else:
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    with server(slow) as address:
        started = time.monotonic()
        assert "没有答复完" in refusal(address, Limits(seconds=0.6))
        assert time.monotonic() - started < 3


def test_what_is_something_else_is_called_by_its_name() -> None:
    for kind in ("text/html", "application/xml", "image/png", ""):
        with server(saying(b"<html>", kind=kind)) as address:
            assert "不是所要的数据" in refusal(address)
    with server(saying(b"", status="404 Not Found")) as address:
        assert "（404）" in refusal(address)
    with server(lambda connection, asked: connection.sendall(b"SSH-2.0-x\r\n")) as address:
        assert "连接中断" in refusal(address)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert "不能建立" in refusal(f"http://127.0.0.1:{port}")


def redirecting(target: str) -> Answer:
    return saying(b"", f"Location: {target}", "Content-Length: 0", status="302 Found")


def test_redirects_are_followed_and_each_is_judged() -> None:
    with (
        server(saying(b"{}", "Content-Length: 2")) as there,
        server(redirecting(f"{there}/x.json")) as address,
    ):
        assert fetch(address, guard=HERE).url == f"{there}/x.json"
    for target, words in {
        "http://127.0.0.2/": "内部网络",
        "http://[::1]/": "内部网络",
        "http://169.254.169.254/latest/meta-data/": "内部网络",
        "//localhost.localdomain:1/": "不能连接 1 端口",
        "file:///etc/passwd": "http://",
        "gopher://127.0.0.1/": "http://",
        "http://user:secret@127.0.0.1/": "用户名或密码",
        "http://127.0.0.1:22/": "22 端口",
    }.items():
        with server(redirecting(target)) as address:
            assert words in refusal(address), target


def test_going_round_in_circles_ends() -> None:
    with server(redirecting("/again")) as address:
        assert "转向超过 5 次" in refusal(address)


PUBLIC = Guard()
INSIDE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "0.0.0.0", "localhost",  # noqa: S104
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "192.0.2.1",
    "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[fe80::1]",
    "[fc00::1]", "[ff02::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:db8::1]",
    "[::ffff:169.254.169.254]", "[fec0::1]",
]  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
def test_nothing_inside_is_connected_to_however_it_is_written(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected: list[Any] = []
    monkeypatch.setattr(
        socket, "create_connection", lambda *given, **named: connected.append(given)
    )
    text = refusal(f"http://{host}/", guard=PUBLIC)
    assert any(words in text for words in ("内部网络", "找不到服务器", "写法不对"))
    assert not connected


def test_addresses_of_the_public_internet_are_permitted() -> None:
    for address in ("8.8.8.8", "223.5.5.5", "2400:3200::1"):
        assert PUBLIC.permits(ipaddress.ip_address(address))
    allowed = Guard([ipaddress.ip_network("10.20.0.0/16")])
    assert allowed.permits(ipaddress.ip_address("10.20.3.4"))
    assert allowed.permits(ipaddress.ip_address("::ffff:10.20.3.4"))
    assert not allowed.permits(ipaddress.ip_address("10.21.0.1"))


def test_a_name_is_looked_up_once_and_that_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that is public when it is judged and loopback when it is used leads nowhere."""
    asked = []

    def rebinding(host: str, port: int, **given: Any) -> Any:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    with server(saying(b"{}", "Content-Length: 2")) as address:
        real = socket.getaddrinfo
        monkeypatch.setattr(
            outgoing.socket,
            "getaddrinfo",
            lambda host, *given, **named: (
                rebinding(host, given[0])
                if host == "portal.example"
                else real(host, *given, **named)
            ),
        )
        url = address.replace("127.0.0.1", "portal.example")
        assert fetch(url, guard=HERE).body == b"{}"
        assert asked == ["portal.example"]
        assert "内部网络" in refusal(url)


def test_one_address_inside_among_others_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in ("8.8.8.8", "10.0.0.1")
    ]
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *given, **named: found)
    assert "内部网络" in refusal("http://portal.example/", guard=PUBLIC)


@pytest.mark.parametrize(
    "address",
    ["", "ftp://example.com/", "//example.com", "http://", "javascript:alert(1)", "http://[::1",
     "http://a@8.8.8.8/", "http://8.8.8.8:25/", "data:text/json,{}", "http://exa mple.com/"],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(address: str) -> None:
    assert refusal(address, guard=PUBLIC)
