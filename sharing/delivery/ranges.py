"""Sending a file from where a transfer was broken off (RFC 9110, 14: one range of bytes)."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

PIECE = 256 * 1024
ONE_RANGE = re.compile(r"bytes=(\d{1,18})?-(\d{1,18})?")


def ranged(request: HttpRequest, path: Path, *, etag: str) -> HttpResponseBase:
    """The file, or the part of it that is asked for; 416 when there is no such part.

    With If-Range the part is sent only of the very same file, else all of it.
    """
    size = path.stat().st_size
    first, last, status = 0, size - 1, 200
    given = request.headers.get("Range", "")
    condition = request.headers.get("If-Range", etag)
    match = ONE_RANGE.fullmatch(given)
    if match and any(match.groups()) and condition == etag:
        first, last = _places(match, size)
        status = 206
        if first > last:
            refused = HttpResponse(status=416)
            refused["Content-Range"] = f"bytes */{size}"
            return refused
    length = last - first + 1
    pieces = () if request.method == "HEAD" else _pieces(path, first, length)
    response = StreamingHttpResponse(pieces, status=status, content_type="application/octet-stream")
    response["Content-Length"] = str(length)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    if status == 206:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def begins(request: HttpRequest) -> int:
    """The first byte that is asked for, for the record."""
    match = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    return int(match[1]) if match and match[1] else 0


def _places(match: re.Match[str], size: int) -> tuple[int, int]:
    """The first and the last byte; a range without a beginning counts from the end."""
    if match[1] is None:
        return max(0, size - int(match[2])), size - 1
    last = int(match[2]) if match[2] else size - 1
    return int(match[1]), min(last, size - 1)


def _pieces(path: Path, first: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        while length and (piece := file.read(min(PIECE, length))):
            length -= len(piece)
            yield piece
