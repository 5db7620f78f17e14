"""What leaves the gateway: JSON, packed when the caller can unpack it, or lines one by one."""

import gzip
import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from sharing.gateway.grants import Grant
from sharing.gateway.records import LARGEST_PAGE, Wanted
from sharing.gateway.sources import source_of

LINES = "application/x-ndjson"
SMALL = 1_000  # bytes that are not worth packing
FAST = 1  # level of compression: most of the gain for a fraction of the time
encode = orjson.dumps  # UTF-8, no spaces


def wants_lines(request: HttpRequest) -> bool:
    """Whether the caller asks for records as lines, as they come."""
    return LINES in request.headers.get("Accept", "")


def etag_of(grant: Grant, wanted: Wanted) -> str:
    """The same as long as the same call gets the same answer; "" when that is not known."""
    version = source_of(grant).version(grant)
    if not version:
        return ""
    return etag_for(version, grant.authorization_id, grant.is_trial, grant.barred, wanted)


def etag_for(*decisive: object) -> str:
    """The mark of an answer that these decide on."""
    return f'"{hashlib.sha256(repr(decisive).encode()).hexdigest()[:32]}"'


def is_known(request: HttpRequest, etag: str) -> bool:
    """Whether the caller has this answer already."""
    given = request.headers.get("If-None-Match", "")
    return bool(etag) and etag in (part.strip().removeprefix("W/") for part in given.split(","))


def answer(request: HttpRequest, body: dict[str, Any], etag: str) -> HttpResponse:
    """The whole answer as JSON."""
    content = encode(body)
    response = HttpResponse(content_type="application/json; charset=utf-8")
    if len(content) > SMALL and _unpacks(request):
        content = gzip.compress(content, FAST)
        response["Content-Encoding"] = "gzip"
    response.content = content
    _mark(response, etag)
    return response


def unchanged(etag: str) -> HttpResponse:
    """304: the caller has it."""
    response = HttpResponse(status=304)
    _mark(response, etag)
    return response


def lines(request: HttpRequest, grant: Grant, wanted: Wanted, etag: str) -> HttpResponseBase:
    """Records one a line, read in pages as they are sent; the last line says where to go on.

    Whoever gets no last line knows that the answer was cut off.
    """
    parts: Iterable[bytes] = _lines(grant, wanted)
    packs = _unpacks(request)
    response = StreamingHttpResponse(_packed(parts) if packs else parts, content_type=LINES)
    if packs:
        response["Content-Encoding"] = "gzip"
    _mark(response, etag)
    return response


def _lines(grant: Grant, wanted: Wanted) -> Iterator[bytes]:
    source, left, sent = source_of(grant), wanted.page_size, 0
    after: int | None = wanted.after
    while after is not None and left:
        page = source.read_page(
            grant, replace(wanted, after=after, page_size=min(left, LARGEST_PAGE))
        )
        yield b"".join(encode(record) + b"\n" for record in page.records)
        left -= len(page.records)
        sent += len(page.records)
        after = page.next_after
    yield encode({"next": after, "rows": sent}) + b"\n"


def _packed(parts: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(FAST, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    for part in parts:
        packed = packer.compress(part)
        if packed:
            yield packed
    yield packer.flush()


def _unpacks(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept-Encoding", "")
    return "gzip" in accepted and "gzip;q=0" not in accepted.replace(" ", "")


def _mark(response: HttpResponseBase, etag: str) -> None:
    response["Vary"] = "Accept, Accept-Encoding"
    if etag:
        response["ETag"] = etag
