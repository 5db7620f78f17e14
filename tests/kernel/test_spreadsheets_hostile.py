"""Workbooks made to do harm: each is refused with a sentence, at once and with little memory."""

import io
import random
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citybrain.spreadsheets import (
    Column,
    Limits,
    OutSheet,
    SheetSpec,
    SpreadsheetError,
    column_letter,
    read_workbook,
    write_xlsx,
)

COLUMNS = (Column("name", "名称"), Column("kind", "类别"), Column("note", "备注"))
SPEC = SheetSpec("数据", COLUMNS)
SHEET_PART = "xl/worksheets/sheet1.xml"
MEBIBYTE = 1024 * 1024

Change = Callable[[bytes], bytes]


@cache
def honest() -> bytes:
    return write_xlsx([OutSheet("数据", COLUMNS, [("行0", "甲", "乙")])])


def forged(
    changes: Mapping[str, Change] | None = None,
    added: Mapping[str, bytes] | None = None,
    of: bytes | None = None,
) -> bytes:
    """An honest workbook with parts changed and added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(of or honest())) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy,
    ):
        for name in source.namelist():
            content = source.read(name)
            if changes and name in changes:
                content = changes[name](content)
            copy.writestr(name, content)
        for name, content in (added or {}).items():
            copy.writestr(name, content)
    return target.getvalue()


def before_end_of_data(xml: bytes) -> Change:
    return lambda sheet: sheet.replace(b"</sheetData>", xml + b"</sheetData>")


def many_rows(count: int, width: int) -> bytes:
    """Rows from number 3 with texts and numbers in turn."""
    letters = [column_letter(index) for index in range(width)]
    return "".join(
        f'<row r="{row}">'
        + "".join(
            f'<c r="{letter}{row}" t="inlineStr"><is><t>第{row}行{letter}</t></is></c>'
            if index % 2
            else f'<c r="{letter}{row}"><v>{row}</v></c>'
            for index, letter in enumerate(letters)
        )
        + "</row>"
        for row in range(3, count + 3)
    ).encode()


def refusal(content: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(SpreadsheetError) as caught:
        read_workbook(io.BytesIO(content), sheets=[SPEC], limits=limits or Limits())
    return str(caught.value)


def test_the_honest_workbook_is_read() -> None:
    (row,) = read_workbook(io.BytesIO(forged()), sheets=[SPEC])["数据"]
    assert row.values == {"name": "行0", "kind": "甲", "note": "乙"}


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "文件是空的"),
        (b"a,b,c\n1,2,3\n", "这是文本文件，只是扩展名改成了 .xlsx"),
        ("名称，类别".encode("gb18030"), "这是文本文件，只是扩展名改成了 .xlsx"),
        (b"\xef\xbb\xbf <HTML><table>", "这是网页文件"),
        (OLE, "旧格式的 Excel 文件（.xls）"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "设有打开密码"),
        (b"\x89PNG\r\n\x1a\n\0\0", "不是 Excel 工作簿"),
        (b"PK\x03\x04" + bytes(100), "文件已损坏"),
        (honest()[:-30], "文件已损坏"),
        (honest()[: len(honest()) // 2], "文件已损坏"),
        (honest().replace(b"xl/workbook.xml", b"wd/document.xml"), "不是 Excel 工作簿"),
        (honest().replace(b"xl/workbook.xml", b"xl/workbook.bin"), ".xlsb"),
    ],
)
def test_files_that_are_something_else_are_called_by_their_name(
    content: bytes, message: str
) -> None:
    assert message in refusal(content)


def test_a_file_over_the_limit_is_not_even_opened() -> None:
    assert "超过 1 MB 的上限" in refusal(
        honest() + bytes(MEBIBYTE), Limits(max_file_bytes=MEBIBYTE)
    )


@pytest.mark.parametrize(
    ("added", "message"),
    [
        ({"xl/vbaProject.bin": b""}, "含有宏"),
        ({"../../etc/passwd": b""}, "内部结构异常"),
        ({"/etc/passwd": b""}, "内部结构异常"),
        ({"xl\\sheet.xml": b""}, "内部结构异常"),
        ({f"x{n}": b"" for n in range(1001)}, "内部结构异常"),
    ],
)
def test_archives_with_odd_entries_are_refused(added: dict[str, bytes], message: str) -> None:
    assert message in refusal(forged(added=added))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_archives_with_two_entries_of_one_name_are_refused() -> None:
    assert "内部结构异常" in refusal(forged(added={SHEET_PART: b"<worksheet/>"}))


def measured(content: bytes) -> tuple[str, float, float]:
    """The refusal, the seconds and the MiB of Python memory that it took."""
    tracemalloc.start()
    started = time.perf_counter()
    try:
        message = refusal(content)
        return message, time.perf_counter() - started, tracemalloc.get_traced_memory()[1] / MEBIBYTE
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("part", "size", "message"),
    [
        ("xl/worksheets/sheet9.xml", 300, "解压后有 300 MB"),
        ("xl/sharedStrings.xml", 80, "解压后有 80 MB"),
        ("xl/media/image1.png", 100, "内部结构异常"),
    ],
)
def test_zip_bombs_are_refused_unopened(part: str, size: int, message: str) -> None:
    text, seconds, mebibytes = measured(forged(added={part: bytes(size * MEBIBYTE)}))
    assert message in text
    assert seconds < 0.5
    assert mebibytes < 5


def test_a_bomb_with_forged_sizes_unpacks_to_no_more_than_it_declared() -> None:
    declared = 1000
    bomb = forged({SHEET_PART: before_end_of_data(b" " * (100 * MEBIBYTE))})
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        entry = archive.getinfo(SHEET_PART)
        with archive.open(entry) as stream:
            checksum = zlib.crc32(stream.read(declared))
    sizes = struct.pack("<LLL", entry.CRC, entry.compress_size, entry.file_size)
    assert bomb.count(sizes) == 2
    lying = bomb.replace(sizes, struct.pack("<LLL", checksum, entry.compress_size, declared))
    text, seconds, mebibytes = measured(lying)
    assert "文件已损坏" in text
    assert seconds < 0.5
    assert mebibytes < 5


def test_a_million_entries_cost_nothing() -> None:
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", *[0] * 18) + b""
    directory = entry * 200_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, len(directory), 4, 0)
    text, seconds, mebibytes = measured(b"PK\x03\x04" + directory + end)
    assert "内部结构异常" in text
    assert seconds < 0.5
    assert mebibytes < 5


@pytest.fixture(scope="module")
def long_workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("long") / "long.xlsx"
    path.write_bytes(forged({SHEET_PART: before_end_of_data(many_rows(200_000, 3))}))
    return path


MEASURE = """
import resource, sys, time
import django
django.setup()
from citybrain.spreadsheets import Column, SheetSpec, SpreadsheetError, read_workbook
columns = (Column("name", "名称"), Column("kind", "类别"), Column("note", "备注"))
before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
try:
    with open(sys.argv[1], "rb") as file:
        read_workbook(file, sheets=[SheetSpec("数据", columns)])
except SpreadsheetError as error:
    print(error)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print((after - before) / 1024, time.process_time() - started)
"""


def test_200_000_rows_are_refused_before_they_are_all_read(long_workbook: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(long_workbook)],
        capture_output=True,
        check=True,
        text=True,
    )
    message, numbers = done.stdout.splitlines()
    mebibytes, seconds = map(float, numbers.split())
    assert message == (
        "工作表“数据”：数据超过 50,000 行的上限（第 50,002 行仍有内容）。"
        "请删除多余的行，或拆成几个文件分别上传。"
    )
    assert seconds < 3
    assert mebibytes < 60


def test_20_000_rows_of_20_columns_are_read_in_a_few_seconds() -> None:
    columns = tuple(Column(f"c{n}", f"列{n}") for n in range(20))
    empty = write_xlsx([OutSheet("数据", columns, [[""] * 20])])
    content = forged({SHEET_PART: before_end_of_data(many_rows(20_000, 20))}, of=empty)
    started = time.process_time()
    sheet = read_workbook(io.BytesIO(content), sheets=[SheetSpec("数据", columns)])["数据"]
    assert time.process_time() - started < 6
    assert len(sheet.rows) == 20_000
    assert sheet.rows[-1].values["c18"] == "20002"
    assert sheet.rows[-1].values["c19"] == "第20002行T"


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
EXTERNAL = b'<!DOCTYPE x SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("declaration", [ENTITIES, EXTERNAL])
@pytest.mark.parametrize(
    "part",
    [SHEET_PART, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "_rels/.rels"],
)
def test_document_types_are_refused_in_every_part(part: str, declaration: bytes) -> None:
    def declare(xml: bytes) -> bytes:
        end = xml.find(b"?>") + 2 if xml.startswith(b"<?xml") else 0
        return xml[:end] + declaration + xml[end:]

    assert "DOCTYPE" in refusal(forged({part: declare}))


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        (b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>', "第 1,048,576 行仍有内容"),
        (b'<row r="3"><c r="A1048576"><v>1</v></c></row>', "第 1,048,576 行仍有内容"),
        (b'<row r="3"><c r="XFD3"><v>1</v></c></row>', "XFD 列还有内容"),
        (b'<row r="3">' + b"<c/>" * 200 + b"<c><v>1</v></c></row>", "GS 列还有内容"),
        (b'<row r="x"/>', "文件已损坏"),
        (b'<row r="-5"/>', "文件已损坏"),
        (b'<row r="3"><c r="3A"><v>1</v></c></row>', "文件已损坏"),
        (b'<row r="3"><c r="A3" t="s"><v>999</v></c></row>', "文件已损坏"),
        (b"<row>", "文件已损坏"),
        (b"\xff\xfe", "文件已损坏"),
    ],
)
def test_sheets_with_false_positions_and_broken_xml_are_refused(xml: bytes, message: str) -> None:
    text, seconds, mebibytes = measured(forged({SHEET_PART: before_end_of_data(xml)}))
    assert message in text
    assert seconds < 0.5
    assert mebibytes < 5


def test_a_tag_without_end_is_given_up() -> None:
    noise = random.Random(1).randbytes(10 * MEBIBYTE).hex().encode()
    text, seconds, _mebibytes = measured(
        forged({SHEET_PART: lambda xml: xml.replace(b"<sheetData>", b'<sheetData x="%s">' % noise)})
    )
    assert "文件已损坏" in text
    assert seconds < 2


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.decode().encode("utf-16"),
        lambda xml: b'<?xml version="1.0" encoding="gbk"?>' + xml.decode().encode("gbk"),
    ],
    ids=["utf-16", "gbk"],
)
def test_parts_that_are_not_utf_8_are_refused(change: Change) -> None:
    def with_text(xml: bytes) -> bytes:
        return change(xml.replace(b"</sheetData>", "<row><c>汉</c></row></sheetData>".encode()))

    assert "文件已损坏" in refusal(forged({SHEET_PART: with_text}))


@pytest.mark.parametrize(
    "change",
    [
        {"xl/_rels/workbook.xml.rels": lambda xml: b"<Relationships/>"},
        {"xl/_rels/workbook.xml.rels": lambda xml: xml.replace(b"sheet1", b"../../../etc/x")},
        {"xl/workbook.xml": lambda xml: xml.replace(b"<sheets>", b'<sheets><sheet name="a"/>')},
        {
            "xl/workbook.xml": lambda xml: xml.replace(
                b"<sheets>", '<sheets><sheet name="数据" r:id="rId1"/>'.encode(), 1
            )
        },
    ],
)
def test_workbooks_with_false_references_are_refused(change: dict[str, Change]) -> None:
    assert "文件已损坏" in refusal(forged(change))


def test_declared_dimensions_are_not_believed() -> None:
    dimension = b'<dimension ref="A1:XFD1048576"/><sheetData>'
    content = forged({SHEET_PART: lambda xml: xml.replace(b"<sheetData>", dimension)})
    assert len(read_workbook(io.BytesIO(content), sheets=[SPEC])["数据"].rows) == 1


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=8))
def test_damaged_workbooks_are_read_or_refused_but_never_crash(
    damage: list[tuple[float, int]],
) -> None:
    content = bytearray(honest())
    for place, byte in damage:
        content[int(place * len(content))] = byte
    try:
        read_workbook(io.BytesIO(bytes(content)), sheets=[SPEC])
    except SpreadsheetError as error:
        assert str(error)  # noqa: PT017 - some damage does not matter


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 0.999), st.binary(max_size=6)), min_size=1, max_size=4))
def test_damaged_sheets_are_read_or_refused_but_never_crash(
    damage: list[tuple[float, bytes]],
) -> None:
    def change(xml: bytes) -> bytes:
        for place, replacement in damage:
            start = int(place * len(xml))
            xml = xml[:start] + replacement + xml[start + len(replacement) :]
        return xml

    try:
        read_workbook(io.BytesIO(forged({SHEET_PART: change})), sheets=[SPEC])
    except SpreadsheetError as error:
        assert str(error)  # noqa: PT017 - some damage does not matter
