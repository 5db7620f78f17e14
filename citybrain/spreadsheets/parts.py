"""The XML parts of an .xlsx, read as a stream that can be given up at any point.

Every part passes through expat here before another library sees it: document types (external and
exploding entities), broken XML and endless tags stop it, and what was checked is copied into a new
archive, so that the reading library gets exactly the bytes that were judged.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Callable
from typing import NamedTuple
from xml.parsers import expat

from django.utils.translation import gettext as _

from citybrain.spreadsheets.archive import WORKBOOK_PART, damaged
from citybrain.spreadsheets.specs import MEBIBYTE, refuse

WORKBOOK_RELATIONS_PART = "xl/_rels/workbook.xml.rels"
CHUNK_BYTES = 256 * 1024
# Expat before 2.6 reads a tag again with each chunk until it ends; real tags are far shorter.
MAX_TAG_BYTES = 4 * MEBIBYTE

_DAMAGE = (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)

StartHandler = Callable[[str, dict[str, str]], None]


class SheetPart(NamedTuple):
    """A sheet as the workbook lists it; ``part`` is its name in the archive."""

    name: str
    part: str
    visible: bool


def copy_part(
    source: zipfile.ZipFile,
    part: str,
    target: zipfile.ZipFile,
    name: str,
    on_start: StartHandler | None = None,
) -> None:
    """Copy ``part`` as ``name``, checking it and giving its tags to ``on_start``.

    ``on_start`` takes the local name and the attributes of each opening tag.

    Raises ``SpreadsheetError``, and whatever ``on_start`` raises.
    """
    with target.open(zipfile.ZipInfo(name), "w") as copy:
        _read(source, part, on_start, copy.write)


def sheet_parts(archive: zipfile.ZipFile) -> list[SheetPart]:
    """Return the sheets of the workbook in their order; raises ``SpreadsheetError``."""
    targets: dict[str, str] = {}
    listed: list[tuple[str, str, bool]] = []

    def on_relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and {"Id", "Target"} <= attributes.keys():
            targets[attributes["Id"]] = attributes["Target"]

    def on_sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            visible = attributes.get("state", "visible") == "visible"
            listed.append((attributes.get("name", ""), relation, visible))

    if WORKBOOK_RELATIONS_PART not in archive.namelist():
        raise damaged()
    _read(archive, WORKBOOK_RELATIONS_PART, on_relation)
    _read(archive, WORKBOOK_PART, on_sheet)
    if any(relation not in targets for name, relation, visible in listed):
        raise damaged()
    sheets = [
        SheetPart(name, posixpath.normpath(posixpath.join("/xl", targets[relation]))[1:], visible)
        for name, relation, visible in listed
    ]
    names, parts = {sheet.name for sheet in sheets}, {sheet.part for sheet in sheets}
    if not len(names) == len(parts) == len(sheets):
        raise damaged()
    return sheets


def _read(
    archive: zipfile.ZipFile,
    part: str,
    on_start: StartHandler | None,
    on_bytes: Callable[[bytes], object] | None = None,
) -> None:
    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if on_start is not None:
        parser.StartElementHandler = lambda tag, attributes: on_start(
            tag.rpartition(":")[2], attributes
        )
    fed = 0
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                # The reading library takes every part for UTF-8; expat would follow a UTF-16 mark.
                if b"\0" in chunk:
                    raise damaged()
                parser.Parse(chunk)
                fed += len(chunk)
                if fed - parser.CurrentByteIndex > MAX_TAG_BYTES:
                    raise damaged()
                if on_bytes is not None:
                    on_bytes(chunk)
        parser.Parse(b"", True)
    except (*_DAMAGE, KeyError) as error:
        raise damaged() from error


def _refuse_doctype(*declaration: object) -> None:
    raise refuse(
        _(
            "文件内含外部实体声明（DOCTYPE），存在安全风险，没有读取。请用 Excel 或 WPS 另存为 .xlsx 后再上传。"
        )
    )
