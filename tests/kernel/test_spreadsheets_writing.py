"""Workbooks and CSV files that go out: they come back as they were and never run anything."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import openpyxl
import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from citybrain.spreadsheets import (
    Column,
    OutSheet,
    SheetSpec,
    cell_text,
    neutralise,
    read_csv,
    read_workbook,
    write_csv,
    write_xlsx,
)

COLUMNS = (
    Column("name", "名称", hint="不能与系统名相同", width=30),
    Column(
        "cycle", gettext_lazy("更新周期"), choices=("每日", "每月，含季度", gettext_lazy("每年"))
    ),
)
SPEC = SheetSpec("数据", COLUMNS)
STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
DANGEROUS = [f"{start}cmd|' /C calc'!A0" for start in STARTS]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def as_workbook(rows: Sequence[Sequence[object]]) -> bytes:
    return write_xlsx([OutSheet("数据", COLUMNS, rows)])


def as_csv(rows: Sequence[Sequence[object]]) -> bytes:
    return b"".join(write_csv([["名称", "更新周期"], *rows]))


@pytest.mark.parametrize("text", [*DANGEROUS, *STARTS, "#N/A", "#REF!", "{=1+1}"])
def test_no_text_becomes_a_formula_in_a_workbook(text: str) -> None:
    for content in (
        as_workbook([[text, text]]),
        write_xlsx([OutSheet("数据", [Column("a", text, hint=text, choices=(text,))])]),
    ):
        cells = [cell for sheet in opened(content) for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells if cell.value is not None} <= {"s"}


@pytest.mark.parametrize("text", DANGEROUS)
def test_dangerous_texts_stay_texts_when_somebody_edits_them(text: str) -> None:
    assert opened(as_workbook([[text, "每日"]]))["数据"]["A2"].quotePrefix
    assert not opened(as_workbook([["安全", "每日"]]))["数据"]["A2"].quotePrefix


@given(texts)
def test_no_text_begins_like_a_formula_in_a_csv_file(text: str) -> None:
    content = as_csv([[text, text]]).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(content, newline="")):
        for cell in row:
            assert not cell.startswith(tuple(STARTS)) or cell[1:].isdecimal()


@given(texts)
def test_neutralised_texts_come_back_as_they_were(text: str) -> None:
    assert cell_text(neutralise(text)) == cell_text(text) == cell_text(cell_text(text))


@given(st.lists(st.tuples(texts, texts), max_size=5))
def test_what_was_written_is_read_again(pairs: list[tuple[str, str]]) -> None:
    meant = [(cell_text(a), cell_text(b)) for a, b in pairs]
    meant = [pair for pair in meant if any(pair)]
    book = read_workbook(io.BytesIO(as_workbook(pairs)), sheets=[SPEC])["数据"]
    # XML has no place for control characters and the two last code points of the first plane.
    visible = str.maketrans("", "", "\ufffe\uffff")
    assert [(r.values["name"], r.values["cycle"]) for r in book] == [
        pair
        for pair in ((a.translate(visible).strip(), b.translate(visible).strip()) for a, b in meant)
        if any(pair)
    ]
    file = io.BytesIO(as_csv([(a.replace("\0", ""), b.replace("\0", "")) for a, b in pairs]))
    assert [(r.values["name"], r.values["cycle"]) for r in read_csv(file, sheet=SPEC)] == meant


VALUES = [
    (None, "", ""),
    (True, "是", "是"),
    (False, "否", "否"),
    (-5, -5, "-5"),
    ("-3.20", "-3.20", "-3.20"),
    ("-3.20+1", "-3.20+1", "'-3.20+1"),
    ("-", "-", "'-"),
    (1.5, 1.5, "1.5"),
    (Decimal("12.30"), 12.3, "12.30"),
    (110105194912310020, "110105194912310020", "110105194912310020"),
    (Decimal("1234567890.1234567890"), "1234567890.1234567890", "1234567890.1234567890"),
    (date(2025, 1, 31), datetime(2025, 1, 31), "2025-01-31"),
    (datetime(2025, 1, 31, 20, 0, tzinfo=UTC), datetime(2025, 2, 1, 4), "2025-02-01 04:00:00"),
    (UUID(int=1), "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000001"),
    (gettext_lazy("公安局"), "公安局", "公安局"),
    ("000123", "000123", "000123"),
    ("_x0041_", "_x005F_x0041_", "_x0041_"),
    ("坏\x00\x07字", "坏字", "坏\x00\x07字"),
    ("孤\ud800", "孤?", "孤?"),
    ("末\ufffe\uffff字", "末字", "末\ufffe\uffff字"),
]


@pytest.mark.parametrize(("value", "in_workbook", "in_csv"), VALUES)
def test_values_are_written_as_what_they_are(
    value: object, in_workbook: object, in_csv: str
) -> None:
    stored = opened(as_workbook([[value, "每日"]]))["数据"]["A2"].value
    assert stored == (in_workbook or None)
    written = as_csv([[value, "每日"]]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(written)))[1] == [in_csv, "每日"]


def test_a_text_too_long_for_a_cell_is_cut_visibly() -> None:
    stored = opened(as_workbook([["长" * 40_000, ""]]))["数据"]["A2"].value
    assert len(stored) == 32_767
    assert stored.endswith("长…")


def test_a_template_helps_to_fill_it_in() -> None:
    workbook = opened(write_xlsx([OutSheet("数据", COLUMNS)]))
    sheet = workbook["数据"]
    assert [cell.value for cell in sheet[1]] == ["名称", "更新周期"]
    assert sheet["A1"].font.bold
    assert sheet["A1"].comment.text == "不能与系统名相同"
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["A"].width == 30
    assert sheet.column_dimensions["A"].number_format == "@"
    (rule,) = sheet.data_validations.dataValidation
    assert rule.type == "list"
    assert str(rule.sqref) == "B2:B200001"
    assert rule.formula1 == "'选项'!$A$1:$A$3"
    options = workbook["选项"]
    assert [cell.value for cell in options["A"]] == ["每日", "每月，含季度", "每年"]
    assert options.sheet_state == "hidden"


def test_several_lists_do_not_mix() -> None:
    columns = [Column("a", "甲", choices=("1", "2", "3")), Column("b", "乙", choices=("x",))]
    workbook = opened(write_xlsx([OutSheet("一", columns), OutSheet("二", columns[1:])]))
    formulas = [
        rule.formula1
        for name in ("一", "二")
        for rule in workbook[name].data_validations.dataValidation
    ]
    assert formulas == ["'选项'!$A$1:$A$3", "'选项'!$B$1:$B$1", "'选项'!$C$1:$C$1"]
    assert [[cell.value for cell in row] for row in workbook["选项"]] == [
        ["1", "x", "x"],
        ["2", None, None],
        ["3", None, None],
    ]


def test_a_filled_template_is_read_by_the_same_columns() -> None:
    content = write_xlsx([OutSheet("数据", COLUMNS, [["人口", "每日"]])])
    book = read_workbook(io.BytesIO(content), sheets=[SPEC])
    assert [dict(row.values) for row in book["数据"]] == [{"name": "人口", "cycle": "每日"}]
    assert book.ignored == ("选项",)


def test_any_title_can_name_a_sheet() -> None:
    content = write_xlsx([OutSheet("a/b\\c?d*e[f]g:h" + "长" * 40, COLUMNS)])
    assert opened(content).sheetnames[0] == ("a_b_c_d_e_f_g_h" + "长" * 40)[:31]


def test_a_csv_file_begins_with_the_mark_that_excel_needs_and_comes_in_pieces() -> None:
    pieces = list(write_csv([n] for n in range(1_200)))
    assert pieces[0] == b"\xef\xbb\xbf"
    assert len(pieces) == 4
    assert b"".join(pieces).split()[-1] == b"1199"


def test_texts_that_a_semicolon_could_split_are_quoted() -> None:
    assert b'"a;=1+1"' in as_csv([["a;=1+1", ""]])
