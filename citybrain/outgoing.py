"""The one way in which the portal asks other servers for something.

Addresses are given by people and by what other servers answer, so neither is trusted. A host name is
looked up once, and the connection goes to the very address that was judged; addresses inside the
network are refused unless the installation allows them (`OUTGOING_NETWORKS`). Redirects are followed
one by one, each judged anew. Time and size are limited as a whole, whatever the other side says of
itself, packed and unpacked. Nothing of the portal goes along: no cookies, no credentials, no proxy
of the environment.
"""

import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx
from django.conf import settings
from django.utils.translation import gettext as _

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

MEBIBYTE = 1024 * 1024
SCHEMES = {"http": 80, "https": 443}
LOWEST_FREE_PORT = 1024  # below it only the two ports of the web: mail and shells listen there
REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 5
CHUNK = 64 * 1024
MOST_SECONDS_SILENT = 10.0
JSON_TYPES = ("application/json", "application/ld+json", "text/json", "text/plain")
# Not of the public internet, though not every version of Python knows it: site-local addresses, and
# those of protocols, under which a cloud's own services answer.
INSIDE = (ipaddress.ip_network("fec0::/10"), ipaddress.ip_network("192.0.0.0/24"))
# IPv6 addresses that lead to an IPv4 address which stands in their last bytes.
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


class OutgoingError(Exception):
    """The answer could not be had; `str` is the sentence for the person who gave the address.

    `outside` is the same for everybody else: it does not name the server.
    """

    def __init__(self, text: str, outside: str = "") -> None:
        super().__init__(text)
        self.outside = outside or text


@dataclass(frozen=True)
class Limits:
    """How much of the other side's answer, and of the portal's time, one request may take."""

    bytes: int = 32 * MEBIBYTE
    seconds: float = 60


@dataclass(frozen=True)
class Fetched:
    """What came back in the end, from where."""

    url: str
    content_type: str
    body: bytes


class Guard:
    """Which addresses may be connected to; `allowed` are networks that would else be refused."""

    def __init__(self, allowed: Iterable[IPNetwork] = ()) -> None:
        self.allowed = tuple(allowed)

    @classmethod
    def of_settings(cls) -> "Guard":
        return cls(map(ipaddress.ip_network, settings.OUTGOING_NETWORKS))

    def permits(self, address: IPAddress) -> bool:
        """Whether the address is one of the public internet, or allowed."""
        meant = _meant(address)
        if _within(meant, self.allowed):
            return True
        if _within(meant, INSIDE):
            return False
        return meant.is_global and not meant.is_multicast and not meant.is_reserved

    def resolve(self, host: str, port: int) -> list[str]:
        """The addresses of the host, all of them permitted. Raises OutgoingError."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise _not_found(host) from None
        addresses = list(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))
        if not addresses:
            raise _not_found(host)
        # One of several would do for whoever wants in: the next look-up gives another.
        if not all(self.permits(ipaddress.ip_address(one)) for one in addresses):
            raise OutgoingError(
                _("“%s”指向内部网络或者保留的地址，没有连接。") % host[:100],
                outside=_("不允许连接服务器的地址。"),
            )
        return addresses

    def judge(self, url: httpx.URL) -> None:
        """Raises OutgoingError for an address that is none of a public web server."""
        if url.scheme not in SCHEMES:
            raise OutgoingError(_("地址须以 http:// 或 https:// 开头。"))
        if url.userinfo:
            raise OutgoingError(_("地址中不能带用户名或密码。"))
        if not url.host:
            raise OutgoingError(_("地址中没有服务器名称。"))
        if (url.port or LOWEST_FREE_PORT) < LOWEST_FREE_PORT and url.port not in SCHEMES.values():
            raise OutgoingError(_("不能连接 %d 端口。") % url.port)


def fetch(
    address: str,
    *,
    accept: Sequence[str] = JSON_TYPES,
    limits: Limits = Limits(),
    guard: Guard | None = None,
    headers: Mapping[str, str] | None = None,
) -> Fetched:
    """What a GET of the address brings. Raises OutgoingError.

    Redirects are followed unless `headers` go along: they are meant for that address alone.
    """
    guard = guard or Guard.of_settings()
    redirects = 0 if headers else MOST_REDIRECTS
    deadline = time.monotonic() + limits.seconds
    url = _parsed(address)
    pool = httpcore.ConnectionPool(
        ssl_context=ssl.create_default_context(),
        network_backend=_Backend(guard, deadline),
        max_connections=1,
        retries=0,
    )
    transport = httpx.HTTPTransport(trust_env=False)
    transport._pool = pool
    with transport:
        for _turn in range(redirects + 1):
            guard.judge(url)
            request = _request(url, accept, headers or {})
            try:
                response = transport.handle_request(request)
                with closing(response):
                    if response.status_code not in REDIRECTS:
                        return _answer(url, response, accept, limits)
                    url = _next(url, response)
            except OutgoingError:
                raise
            except (httpx.TimeoutException, httpcore.TimeoutException):
                over = time.monotonic() >= deadline
                raise OutgoingError(
                    _("服务器在 %d 秒内没有答复完，已停止。") % limits.seconds
                    if over
                    else _("服务器有 %d 秒没有任何答复，已停止。") % MOST_SECONDS_SILENT
                ) from None
            except (httpx.HTTPError, httpcore.ProtocolError, httpcore.NetworkError, OSError):
                raise OutgoingError(_("与服务器的连接中断或者不能建立。")) from None
    if headers:
        raise OutgoingError(_("服务器转向了别的地址，没有跟随。"))
    raise OutgoingError(_("地址转向超过 %d 次，已停止。") % MOST_REDIRECTS)


def _not_found(host: str) -> OutgoingError:
    return OutgoingError(
        _("找不到服务器“%s”，请检查地址。") % host[:100], outside=_("找不到服务器。")
    )


def _request(url: httpx.URL, accept: Sequence[str], headers: Mapping[str, str]) -> httpx.Request:
    try:
        return httpx.Request(
            "GET",
            url,
            headers={
                "Accept": ", ".join(accept),
                "Accept-Encoding": "gzip",
                "User-Agent": "CityBrain",
                "Connection": "close",
                **headers,
            },
            extensions={"timeout": _timeouts()},
        )
    except UnicodeError:
        raise OutgoingError(_("令牌或者请求头中有不能发送的字符，请重新设置。")) from None


def _parsed(address: str) -> httpx.URL:
    try:
        return httpx.URL(address.strip())
    except (httpx.InvalidURL, ValueError, UnicodeError):
        raise OutgoingError(_("地址的写法不对，请检查。")) from None


def _next(url: httpx.URL, response: httpx.Response) -> httpx.URL:
    try:
        target = url.join(response.headers.get("Location", ""))
    except (httpx.InvalidURL, ValueError, UnicodeError):
        raise OutgoingError(_("服务器转向的地址写法不对。")) from None
    if url.scheme == "https" and target.scheme != "https":
        raise OutgoingError(_("服务器从加密的地址转向不加密的地址，没有跟随。"))
    return target


def _answer(
    url: httpx.URL, response: httpx.Response, accept: Sequence[str], limits: Limits
) -> Fetched:
    if response.status_code != 200:
        raise OutgoingError(_("服务器答复了错误（%d）。") % response.status_code)
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in accept:
        raise OutgoingError(
            _("服务器返回的是“%s”，不是所要的数据，请检查地址。") % (kind[:60] or _("未说明类型"))
        )
    body = b"".join(_unpacked(response, limits))
    return Fetched(str(url), kind, body)


def _unpacked(response: httpx.Response, limits: Limits) -> Iterator[bytes]:
    """The body; what is announced as its length is not believed, neither packed nor unpacked."""
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise OutgoingError(_("服务器用了不支持的压缩方式（%s）。") % packing[:20])
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if packing.endswith("gzip") else None
    received = made = 0
    for chunk in response.stream:  # type: ignore[union-attr]
        received += len(chunk)
        if received > limits.bytes:
            raise _too_large(limits)
        if unpack is None:
            yield chunk
            continue
        try:
            waiting = chunk
            while waiting:
                piece = unpack.decompress(waiting, CHUNK)
                waiting = unpack.unconsumed_tail
                made += len(piece)
                if made > limits.bytes:
                    raise _too_large(limits)
                yield piece
        except zlib.error:
            raise OutgoingError(_("服务器的答复解压不了。")) from None
    if unpack is not None and not unpack.eof:
        raise OutgoingError(_("服务器的答复不完整。"))


def _too_large(limits: Limits) -> OutgoingError:
    return OutgoingError(_("服务器的答复超过 %d MB，已停止。") % (limits.bytes // MEBIBYTE or 1))


def _within(address: IPAddress, networks: Iterable[IPNetwork]) -> bool:
    return any(address.version == one.version and address in one for one in networks)


def _meant(address: IPAddress) -> IPAddress:
    """The IPv4 address behind an IPv6 one that stands for it."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address.sixtofour is not None:
            return address.sixtofour
        if address.teredo is not None:
            return address.teredo[1]
        if address in TRANSLATED or int(address) >> 32 == 0:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _timeouts() -> dict[str, float]:
    return dict.fromkeys(("connect", "read", "write", "pool"), MOST_SECONDS_SILENT)


def _left(deadline: float, timeout: float | None) -> float:
    """The time that the next step may take. Raises when there is none left."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return min(left, timeout or MOST_SECONDS_SILENT)


class _Backend(httpcore.NetworkBackend):
    """Connects to the addresses that the guard has judged, and to nothing else."""

    def __init__(self, guard: Guard, deadline: float) -> None:
        self._guard, self._deadline = guard, deadline
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        failure: Exception | None = None
        for address in self._guard.resolve(host, port):
            try:
                stream = self._inner.connect_tcp(
                    address, port, _left(self._deadline, timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _Stream(stream, self._deadline)
        raise failure or httpcore.ConnectError

    def connect_unix_socket(self, *given: Any, **named: Any) -> httpcore.NetworkStream:
        raise httpcore.ConnectError


class _Stream(httpcore.NetworkStream):
    """A connection on which every wait ends with the time of the whole request."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(
            ssl_context, server_hostname, _left(self._deadline, timeout)
        )
        return _Stream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
