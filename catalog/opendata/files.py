"""The rows of an open entry as files, which are sent while they are read."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from catalog.models import CatalogEntry
from catalog.opendata.rows import OpenRows
from citybrain.downloads import MEDIA_TYPES
from citybrain.spreadsheets import Column, OutSheet, stream_xlsx, write_csv

PORTION = 500
TYPES = {kind: MEDIA_TYPES[kind] for kind in ("csv", "json", "xlsx")}
_NOT_IN_NAMES = re.compile(
    r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069"*/:<>?\\|]+'
)


def file_name(entry: CatalogEntry, rows: OpenRows, kind: str) -> str:
    """The title and the number of the upload, without anything that a file name must not have."""
    return f"{_NOT_IN_NAMES.sub('_', entry.title)}-{rows.holding.number}.{kind}"


def content_of(entry: CatalogEntry, rows: OpenRows, kind: str) -> Iterable[bytes]:
    if kind == "csv":
        return write_csv(chain([rows.headings], rows.read()))
    if kind == "json":
        return _json(rows)
    columns = [Column(heading, heading) for heading in rows.headings]
    return stream_xlsx([OutSheet(entry.title, columns, rows.read())])


def _json(rows: OpenRows) -> Iterator[bytes]:
    """An array of objects; values are the texts that are held, which no program runs."""
    names, remaining, joint = rows.headings, rows.read(), "["
    while portion := list(islice(remaining, PORTION)):
        lines = (
            json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in portion
        )
        yield (joint + "\n" + ",\n".join(lines)).encode("utf-8", "replace")
        joint = ","
    yield b"[]" if joint == "[" else b"\n]"
