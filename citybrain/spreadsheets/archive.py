"""Checks on an uploaded .xlsx before anything in it is decompressed.

An .xlsx is a zip archive made by whoever sent it. Its directory is judged first: number and names of
the entries, declared sizes, ratios. What is decompressed later never exceeds the declared sizes.
"""

import struct
import zipfile
from typing import BinaryIO

from django.utils.translation import gettext as _

from citybrain.spreadsheets.specs import MEBIBYTE, Limits, SpreadsheetError, refuse

WORKBOOK_PART = "xl/workbook.xml"
SHARED_STRINGS_PART = "xl/sharedStrings.xml"

ZIP_MAGIC = b"PK"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
DIRECTORY_END = b"PK\x05\x06"
ZIP64_LOCATOR = b"PK\x06\x07"
DIRECTORY_END_BYTES = 22
MAX_COMMENT_BYTES = 65_535
MAX_DIRECTORY_BYTES_PER_ENTRY = 1_024
# Real workbooks reach 100:1 in parts of some size; deflate itself ends at 1032:1.
MAX_RATIO = 200
RATIO_MATTERS_FROM_BYTES = 8 * MEBIBYTE


def check_size(file: BinaryIO, limits: Limits) -> int:
    """Return the size of ``file`` in bytes, rewound; raises ``SpreadsheetError``."""
    size = file.seek(0, 2)
    file.seek(0)
    if size == 0:
        raise refuse(_("文件是空的，请检查后重新选择。"))
    if size > limits.max_file_bytes:
        raise refuse(
            _("文件有 %(size).1f MB，超过 %(limit)d MB 的上限，请拆成几个文件分别上传。")
            % {"size": size / MEBIBYTE, "limit": limits.max_file_bytes // MEBIBYTE}
        )
    return size


def open_archive(file: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    """Open an .xlsx after checking what it is and what it would become when decompressed.

    Raises ``SpreadsheetError`` with a sentence for each kind of wrong file.
    """
    check_size(file, limits)
    _check_magic(file)
    archive = open_zip(file, limits)
    _check_kind({entry.filename for entry in archive.infolist()})
    return archive


def open_zip(file: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    """Open any zip archive after checking its directory; raises ``SpreadsheetError``."""
    size = check_size(file, limits)
    _check_directory_size(file, size, limits)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error):
        raise damaged() from None
    entries = archive.infolist()
    _check_names(entries)
    _check_sizes(entries, limits)
    return archive


def damaged() -> SpreadsheetError:
    """Return the error for a file that is broken or forged."""
    return refuse(
        _("文件已损坏或格式不规范，无法读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。")
    )


def _check_magic(file: BinaryIO) -> None:
    head = file.read(512)
    if head.startswith(ZIP_MAGIC):
        return
    if head.startswith(OLE_MAGIC):
        file.seek(0)
        if ENCRYPTED_STREAM in file.read():
            raise refuse(_("工作簿设有打开密码，无法读取。请去掉密码后再上传。"))
        raise refuse(
            _("这是旧格式的 Excel 文件（.xls）。请用 Excel 或 WPS 另存为 .xlsx 后再上传。")
        )
    if (
        head.lstrip(b"\xef\xbb\xbf \t\r\n")
        .lower()
        .startswith((b"<!doctype html", b"<html", b"<table"))
    ):
        raise refuse(
            _("这是网页文件，只是扩展名是 .xlsx。请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。")
        )
    if b"\0" not in head:
        raise refuse(_("这是文本文件，只是扩展名改成了 .xlsx。CSV 文件请保留 .csv 扩展名上传。"))
    raise refuse(_("这不是 Excel 工作簿（.xlsx），请检查是否选错了文件。"))


def _check_directory_size(file: BinaryIO, size: int, limits: Limits) -> None:
    """Refuse a directory of a million entries before Python builds an object for each."""
    tail_bytes = min(size, MAX_COMMENT_BYTES + DIRECTORY_END_BYTES)
    file.seek(size - tail_bytes)
    tail = file.read(tail_bytes)
    file.seek(0)
    end = tail.rfind(DIRECTORY_END)
    if end < 0 or len(tail) - end < DIRECTORY_END_BYTES:
        raise damaged()
    entries, directory_bytes = struct.unpack_from("<HL", tail, end + 10)
    too_long = directory_bytes > limits.max_archive_entries * MAX_DIRECTORY_BYTES_PER_ENTRY
    if entries > limits.max_archive_entries or too_long:
        raise _suspicious()
    if tail[max(end - 20, 0) : end].startswith(ZIP64_LOCATOR):
        raise _suspicious()


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise _suspicious()
    for name in names:
        parts = name.split("/")
        if name.startswith("/") or "\\" in name or ".." in parts or ":" in parts[0]:
            raise _suspicious()


def _check_sizes(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    total = sum(entry.file_size for entry in entries)
    strings = sum(
        entry.file_size
        for entry in entries
        if entry.filename.lower() == SHARED_STRINGS_PART.lower()
    )
    if total > limits.max_uncompressed_bytes or strings > limits.max_shared_strings_bytes:
        raise refuse(
            _(
                "工作簿解压后有 %(total)d MB，内容过大，没有读取。请删除多余的工作表和空行，"
                "或拆成几个不超过 %(rows)s 行的文件分别上传。"
            )
            % {"total": total // MEBIBYTE, "rows": f"{limits.max_rows:,}"}
        )
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise refuse(_("工作簿设有打开密码，无法读取。请去掉密码后再上传。"))
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged()
        ratio = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > RATIO_MATTERS_FROM_BYTES and ratio > MAX_RATIO:
            raise _suspicious()


def _check_kind(names: set[str]) -> None:
    if "xl/vbaProject.bin" in names:
        raise refuse(_("工作簿含有宏。请另存为不含宏的 .xlsx 后再上传。"))
    if "xl/workbook.bin" in names:
        raise refuse(_("这是二进制工作簿（.xlsb）。请另存为 .xlsx 后再上传。"))
    if WORKBOOK_PART not in names:
        raise refuse(
            _("这是压缩文件或其他文档，不是 Excel 工作簿（.xlsx），请检查是否选错了文件。")
        )


def _suspicious() -> SpreadsheetError:
    return refuse(
        _("文件的内部结构异常（疑似压缩炸弹），没有读取。请用 Excel 或 WPS 另存为 .xlsx 后再上传。")
    )
