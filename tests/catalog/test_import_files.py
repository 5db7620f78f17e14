"""Workbooks that are wrong as a whole: refused with a sentence that says what to do, nothing saved."""

import re
import resource
import time
from collections.abc import Callable
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from catalog.importing.template import EXAMPLE, EXAMPLE_ITEMS, template
from catalog.models import CatalogEntry, ImportBatch, ImportRow
from catalog.models.batch import BatchState
from tests.catalog.workbooks import (
    ENTRY_SHEET_PART,
    entry,
    item,
    last_batch,
    repacked,
    simple,
    upload,
    workbook,
)
from tests.personas import World

pytestmark = pytest.mark.django_db
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)
MEBIBYTE = 1024 * 1024


def text_of(response: Any) -> str:
    """What a person reads on the page, without markup and repeated spaces."""
    plain = re.sub(r"<(script|style).*?</\1>", "", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", plain)))


def heading(sheet: str, place: str, text: str) -> bytes:
    return workbook(
        [entry()],
        [item()],
        lambda first, second: {"信息资源": first, "信息项": second}[sheet].__setitem__(place, text),
    )


def title_above() -> bytes:
    def spoil(first: Any, second: Any) -> None:
        first.insert_rows(1)
        first["A1"] = "海口市公安局政务信息资源目录"

    return workbook([entry()], [item()], spoil)


AT_UPLOAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "nothing": ("目录.xlsx", lambda: b"", "文件是空的，请检查后重新选择。"),
    "old Excel by name": ("目录.xls", lambda: OLE, "另存为 .xlsx 再上传"),
    "a CSV file": ("目录.csv", lambda: b"a,b\n", "请上传 .xlsx 格式的工作簿"),
    "old Excel renamed": ("目录.xlsx", lambda: OLE, "这是旧格式的 Excel 文件（.xls）"),
    "a password": (
        "目录.xlsx",
        lambda: OLE + "EncryptedPackage".encode("utf-16-le"),
        "工作簿设有打开密码，无法读取。请去掉密码后再上传。",
    ),
    "a text file renamed": (
        "目录.xlsx",
        "名称,摘要\n".encode,
        "这是文本文件，只是扩展名改成了 .xlsx",
    ),
    "a web page renamed": ("目录.xlsx", lambda: b"<html><table></table>", "这是网页文件"),
    "a zip bomb": (
        "目录.xlsx",
        lambda: repacked(simple("甲"), xl__worksheets__sheet9_dot_xml=bytes(260 * MEBIBYTE)),
        "工作簿解压后有 260 MB，内容过大，没有读取。",
    ),
    "another kind of archive": (
        "目录.xlsx",
        lambda: simple("甲").replace(b"xl/workbook.xml", b"wd/document.xml"),
        "不是 Excel 工作簿（.xlsx），请检查是否选错了文件。",
    ),
    "cut off": ("目录.xlsx", lambda: simple("甲")[:-40], "文件已损坏或格式不规范，无法读取。"),
    "over the limit": (
        "目录.xlsx",
        lambda: simple("甲") + bytes(21 * MEBIBYTE),
        "超过 20 MB 的上限，请拆成几个文件分别上传。",
    ),
    "a name without end": (f"{'长' * 250}.xlsx", lambda: simple("甲"), "文件名过长"),
}
AT_PREVIEW: dict[str, tuple[Callable[[], bytes], str]] = {
    "a heading changed": (
        lambda: heading("信息资源", "B1", "资源编码"),
        "“信息资源”表：第 1 行的列名与模板不一致：多出“资源编码（B 列）”。",
    ),
    "a heading missing": (
        lambda: heading("信息资源", "C1", "科室"),
        "缺少“下设机构”；多出“科室（C 列）”。请在“工作簿导入”页面下载最新模板",
    ),
    "a heading twice": (
        lambda: heading("信息项", "D1", "信息项名称"),
        "“信息项”表：第 1 行的列名与模板不一致：重复“信息项名称”",
    ),
    "no headings": (
        lambda: workbook([entry()], [item()], lambda first, second: first.delete_rows(1)),
        "“信息资源”表：第 1 行应为列名，没有找到任何列名。请在“工作簿导入”页面下载最新模板",
    ),
    "a title above the headings": (
        title_above,
        "“信息资源”表：列名应在第 1 行，现在在第 2 行，请删除上面的行。",
    ),
    "merged cells": (
        lambda: workbook(
            [entry("甲"), entry("乙")],
            [item("甲"), item("甲", "证号")],
            lambda first, second: second.merge_cells("A2:A3"),
        ),
        "“信息项”表：单元格区域 A2:A3 是合并单元格，请取消合并并把内容填到每一行。",
    ),
    "a sheet missing": (
        lambda: workbook([entry()], [item()], lambda first, second: setattr(second, "title", "项")),
        "缺少工作表“信息项”，文件里只有“信息资源”、“项”。",
    ),
    "a sheet hidden": (
        lambda: workbook(
            [entry()], [item()], lambda first, second: setattr(second, "sheet_state", "hidden")
        ),
        "工作表“信息项”被隐藏，请取消隐藏。",
    ),
    "no rows": (workbook, "“信息资源”表：没有可以导入的行，请在列名下方逐行填写。"),
    "broken XML": (
        lambda: repacked(simple("甲"), xl__worksheets__sheet1_dot_xml=_cut),
        "文件已损坏或格式不规范",
    ),
    "an exploding entity": (
        lambda: repacked(simple("甲"), xl__worksheets__sheet1_dot_xml=_entity),
        "存在安全风险，没有读取。请用 Excel 或 WPS 另存为 .xlsx 后再上传。",
    ),
}


def _cut(sheet: bytes) -> bytes:
    return sheet[: len(sheet) // 2]


def _entity(sheet: bytes) -> bytes:
    return b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + sheet


def test_a_file_that_is_no_workbook_is_refused_on_the_form(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    for what, (name, content, words) in AT_UPLOAD.items():
        page = upload(client, content(), name)
        assert page.status_code == 422, what
        assert words in text_of(page), what
        assert 'aria-invalid="true"' in page.content.decode(), what
    assert not ImportBatch.objects.exists()


def test_a_workbook_unlike_the_template_is_refused_by_the_preview(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    for what, (content, words) in AT_PREVIEW.items():
        page = upload(client, content())
        assert page.status_code == 200, what
        shown = text_of(page)
        assert words in shown, f"{what}: {shown[shown.find('没有导入') :][:300]}"
        assert "没有导入，目录没有任何变化" in shown, what
        assert "确认导入" not in shown, what
        assert last_batch().state == BatchState.FAILED, what
    assert not ImportRow.objects.exists()
    assert not CatalogEntry.objects.exists()


def test_the_template_as_downloaded_imports_nothing_but_says_why(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    shown = text_of(upload(client, template()))
    assert "没有可以导入的行，请在列名下方逐行填写。" in shown
    copied = workbook([EXAMPLE], [{"entry_title": EXAMPLE["title"], **EXAMPLE_ITEMS[0]}])
    shown = text_of(upload(client, copied))
    assert "“信息资源”表第 2 行 A 列“信息资源名称”：这是模板自带的示例行，请删除" in shown
    assert (last_batch().added, last_batch().refused) == (0, 1)


def test_the_template_shows_an_example_and_how_to_fill_it_in() -> None:
    book = load_workbook(BytesIO(template()))
    assert book.sheetnames == [
        "信息资源", "信息项", "（示例）信息资源", "（示例）信息项", "填写说明", "选项",
    ]  # fmt: skip
    for name in ("信息资源", "信息项"):
        sheet = book[name]
        assert sheet.max_row == 1, "nothing to delete before one can begin"
        assert sheet.data_validations.dataValidation
        assert [cell.value for cell in sheet[1] if cell.comment]
        example = book[f"（示例）{name}"]
        assert [cell.value for cell in example[1]] == [cell.value for cell in sheet[1]]
        assert example.max_row > 1
    described = {(row[0].value, row[1].value) for row in book["填写说明"].iter_rows(min_row=2)}
    assert described == {
        (name, cell.value) for name in ("信息资源", "信息项") for cell in book[name][1]
    }


def test_a_file_without_a_department_or_without_itself_is_asked_for(
    world: World, signed_in
) -> None:
    client = signed_in(world.police_cataloguer)
    assert "请选择要导入的工作簿。" in text_of(upload(client, b"", file=""))
    page = upload(client, simple("甲"), department=world.health.pk)
    assert page.status_code == 422
    assert not ImportBatch.objects.exists()


def many_rows(count: int) -> Callable[[bytes], bytes]:
    """Adds rows with a title and a summary each to the sheet of entries."""
    rows = "".join(
        f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>第{number}号登记信息</t></is></c>'
        f'<c r="G{number}" t="inlineStr"><is><t>摘要{number}</t></is></c></row>'
        for number in range(3, count + 3)
    ).encode()
    return lambda sheet: sheet.replace(b"</sheetData>", rows + b"</sheetData>")


def measured(client: Client, content: bytes) -> tuple[str, float, float]:
    """The page after the preview, the seconds of work and the MiB by which the process grew."""
    started = time.process_time()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    shown = text_of(upload(client, content))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return shown, time.process_time() - started, grown


def test_far_too_many_rows_are_refused_quickly(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    base = simple("甲")
    changed = {ENTRY_SHEET_PART.replace("/", "__").replace(".", "_dot_"): many_rows(300_000)}
    shown, seconds, mebibytes = measured(client, repacked(base, **changed))
    assert "“信息资源”表：数据超过 200,000 行的上限（第 200,002 行仍有内容）。" in shown
    assert "拆成几个文件分别上传" in shown
    assert seconds < 10
    assert mebibytes < 120
    changed = {ENTRY_SHEET_PART.replace("/", "__").replace(".", "_dot_"): many_rows(20_000)}
    shown, seconds, _mebibytes = measured(client, repacked(base, **changed))
    assert "一次最多导入 20000 个信息资源，文件里有 20001 个，请拆成几个文件。" in shown
    assert seconds < 10
    assert not ImportRow.objects.exists()
