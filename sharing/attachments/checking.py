"""What a file really is, judged by its bytes and not by its name; what is dangerous is refused."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import BinaryIO

from defusedxml import DefusedXmlException, ElementTree
from defusedxml.ElementTree import ParseError
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from citybrain.spreadsheets.archive import open_archive, open_zip
from citybrain.spreadsheets.specs import MEBIBYTE, Limits, SpreadsheetError
from sharing.models.attachment import FileKind

MOST_BYTES = 20 * MEBIBYTE
LIMITS = Limits(max_file_bytes=MOST_BYTES)
PNG_MAGIC, PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
JPEG_MAGIC, JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
TAIL = 2048
# Names in a PDF that make a reader run, start or unpack something; each character may be written as
# its number.
PDF_ACTIVE = re.compile(rb"/(JavaScript|Launch|EmbeddedFile)\b")
PDF_NUMBERED = re.compile(rb"#([0-9A-Fa-f]{2})")
LONGEST_PART = 4 * MEBIBYTE
DAMAGE = (ParseError, DefusedXmlException, NotImplementedError, ValueError, LookupError)
SUFFIXES: dict[str, FileKind] = {
    "pdf": FileKind.PDF,
    "docx": FileKind.DOCX,
    "xlsx": FileKind.XLSX,
    "ofd": FileKind.OFD,
    "png": FileKind.PNG,
    "jpg": FileKind.JPEG,
    "jpeg": FileKind.JPEG,
}
ACCEPT = ",".join(f".{suffix}" for suffix in SUFFIXES)


def examine(name: str, data: bytes) -> FileKind:
    """The kind of the file. Raises ValidationError saying what is wrong with it."""
    if not data:
        raise ValidationError(_("文件是空的，请检查后重新选择。"))
    if len(data) > MOST_BYTES:
        raise ValidationError(_("文件不能超过%d MB。") % (MOST_BYTES // MEBIBYTE))
    kind = SUFFIXES.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise ValidationError(_("只能上传PDF、OFD、DOCX、XLSX文件和PNG、JPG图片。"))
    try:
        CHECKS[kind](data)
    except SpreadsheetError as error:
        raise ValidationError(
            _("文件没有通过检查：%s") % "".join(issue.message for issue in error.issues)
        ) from error
    return kind


def _other(kind: FileKind) -> ValidationError:
    return ValidationError(
        _("文件内容不是%s格式，请不要修改扩展名，用原来的软件另存后再上传。") % kind.label
    )


def _pdf(data: bytes) -> None:
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-TAIL:]:
        raise _other(FileKind.PDF)
    plain = PDF_NUMBERED.sub(lambda found: bytes.fromhex(found[1].decode()), data)
    if PDF_ACTIVE.search(plain):
        raise ValidationError(_("PDF中含有脚本、启动动作或者嵌入的文件，请另存为普通PDF后再上传。"))


def _png(data: bytes) -> None:
    if not data.startswith(PNG_MAGIC) or PNG_END not in data[-TAIL:]:
        raise _other(FileKind.PNG)


def _jpeg(data: bytes) -> None:
    if not data.startswith(JPEG_MAGIC) or JPEG_END not in data[-TAIL:]:
        raise _other(FileKind.JPEG)


def _xlsx(data: bytes) -> None:
    _refuse_remote_parts(open_archive(_file(data), LIMITS))


def _docx(data: bytes) -> None:
    _packed(data, FileKind.DOCX, "word/document.xml")


def _ofd(data: bytes) -> None:
    _packed(data, FileKind.OFD, "OFD.xml")


def _packed(data: bytes, kind: FileKind, part: str) -> None:
    """A zip archive with `part`, without macros, of a sane size when it is unpacked."""
    if not data.startswith(b"PK"):
        raise _other(kind)
    archive = open_zip(_file(data), LIMITS)
    names = {entry.filename for entry in archive.infolist()}
    if part not in names:
        raise _other(kind)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise ValidationError(_("文件含有宏，请另存为不含宏的文件后再上传。"))
    _refuse_remote_parts(archive)


def _refuse_remote_parts(archive: zipfile.ZipFile) -> None:
    """A template or object that is fetched from elsewhere when the file is opened."""
    for entry in archive.infolist():
        if not entry.filename.lower().endswith(".rels"):
            continue
        if entry.file_size > LONGEST_PART:
            raise ValidationError(_("文件引用的部分过多，请精简后再上传。"))
        try:
            relations = ElementTree.fromstring(archive.read(entry)).iter()
        except (*DAMAGE, zipfile.BadZipFile, EOFError, RuntimeError, OSError):
            raise ValidationError(_("文件已损坏，请用原来的软件另存后再上传。")) from None
        for relation in relations:
            is_link = relation.get("Type", "").endswith("/hyperlink")
            if relation.get("TargetMode", "").lower() == "external" and not is_link:
                raise ValidationError(_("文件引用了外部的模板或者对象，请断开链接、另存后再上传。"))


def _file(data: bytes) -> BinaryIO:
    return BytesIO(data)


CHECKS: dict[FileKind, Callable[[bytes], None]] = {
    FileKind.PDF: _pdf,
    FileKind.DOCX: _docx,
    FileKind.XLSX: _xlsx,
    FileKind.OFD: _ofd,
    FileKind.PNG: _png,
    FileKind.JPEG: _jpeg,
}
