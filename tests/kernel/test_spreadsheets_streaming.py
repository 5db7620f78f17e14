"""The streamed workbook says the same as the one that is written whole, in constant memory."""

import io
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from citybrain.spreadsheets import Column, OutSheet, stream_xlsx, write_xlsx
from tests.kernel.test_spreadsheets_writing import COLUMNS, DANGEROUS, VALUES, texts

MEBIBYTE = 1024 * 1024


def streamed(*sheets: OutSheet) -> bytes:
    return b"".join(stream_xlsx(sheets))


def cells(content: bytes) -> dict[str, list[list[Any]]]:
    book = load_workbook(io.BytesIO(content))
    return {
        sheet.title: [[(cell.value, cell.data_type) for cell in row] for row in sheet]
        for sheet in book
    }


@pytest.mark.parametrize("value", [value for value, _whole, _csv in VALUES])
def test_values_are_stored_as_in_the_other(value: object) -> None:
    rows = [[value, "每日"]]
    content = streamed(OutSheet("数据", COLUMNS, rows))
    assert cells(content) == cells(write_xlsx([OutSheet("数据", COLUMNS, rows)]))


@given(texts)
def test_every_text_is_stored_as_in_the_other(text: str) -> None:
    rows = [[text, "每日"]]
    one, other = (
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("数据").to_python()
        for content in (
            streamed(OutSheet("数据", COLUMNS, rows)),
            write_xlsx([OutSheet("数据", COLUMNS, rows)]),
        )
    )
    assert one == other


@pytest.mark.parametrize("text", DANGEROUS)
def test_dangerous_texts_stay_texts(text: str) -> None:
    content = streamed(OutSheet("数据", COLUMNS, [[text, "每日"]]))
    cell = load_workbook(io.BytesIO(content))["数据"]["A2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_it_helps_to_fill_it_in_like_the_other() -> None:
    columns = [Column("a", "甲", choices=("1", "2", "3"), width=30), Column("b", "乙")]
    sheets = [OutSheet("一/甲", columns), OutSheet("二", [Column("c", "丙", choices=("x",))])]
    book = load_workbook(io.BytesIO(streamed(*sheets)))
    assert book.sheetnames == ["一_甲", "二", "选项"]
    assert book["选项"].sheet_state == "hidden"
    rules = [
        rule for name in ("一_甲", "二") for rule in book[name].data_validations.dataValidation
    ]
    assert [rule.formula1 for rule in rules] == ["'选项'!$A$1:$A$3", "'选项'!$B$1:$B$1"]
    first = book["一_甲"]
    assert first["A1"].font.bold
    assert first.freeze_panes == "A2"
    assert first.column_dimensions["A"].width == 30
    assert first.column_dimensions["A"].number_format == "@"


def test_it_is_sent_while_it_is_made_and_its_length_costs_no_memory() -> None:
    asked = 0

    def rows(count: int) -> Any:
        nonlocal asked
        for asked in range(1, count + 1):
            yield [f"第{asked}个信息资源的名称，都不一样", asked]

    sending = stream_xlsx([OutSheet("数据", COLUMNS, rows(20_000))])
    sent = next(sending)
    assert sent.startswith(b"PK")
    assert asked < 2_000
    tracemalloc.start()
    try:
        size = sum(map(len, sending))
        assert tracemalloc.get_traced_memory()[1] < 2 * MEBIBYTE
    finally:
        tracemalloc.stop()
    assert asked == 20_000
    assert size > 100_000
