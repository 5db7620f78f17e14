"""Ordinary workbooks and CSV files, with what ordinary people do to them."""

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from citybrain.spreadsheets import (
    Column,
    Limits,
    SheetSpec,
    SpreadsheetError,
    cell_text,
    column_letter,
    date_text,
    read_csv,
    read_workbook,
)

COLUMNS = (
    Column("name", "信息资源名称"),
    Column("cycle", "更新周期"),
    Column("published", "发布日期", is_date=True),
    Column("remark", "备注", required=False),
)
SPEC = SheetSpec("信息资源", COLUMNS)
HEADINGS = ["信息资源名称", "更新周期", "发布日期"]
ROW = ["人口基础信息", "每月", "2025-01-31"]


def workbook(
    rows: Iterable[Sequence[Any]],
    change: Callable[[Worksheet], object] = lambda sheet: None,
    name: str = "信息资源",
) -> io.BytesIO:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    change(sheet)
    file = io.BytesIO()
    book.save(file)
    return file


def read(rows: Iterable[Sequence[Any]], **kwargs: Any) -> list[dict[str, str]]:
    sheet = read_workbook(workbook(rows), sheets=[SPEC], **kwargs)["信息资源"]
    return [dict(row.values) for row in sheet]


def csv_file(text: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(text.encode(encoding))


def test_rows_are_read_by_heading_with_their_numbers() -> None:
    file = workbook([HEADINGS, ROW, [], ["  ", None, ""], ["企业登记", "每日", "2025/2/1"]])
    sheet = read_workbook(file, sheets=[SPEC])["信息资源"]
    assert [(row.number, dict(row.values), row.issues) for row in sheet] == [
        (2, {"name": "人口基础信息", "cycle": "每月", "published": "2025-01-31"}, ()),
        (5, {"name": "企业登记", "cycle": "每日", "published": "2025-02-01"}, ()),
    ]


def test_columns_may_stand_in_any_order_with_stars_and_spaces() -> None:
    shuffled = ["发布日期 ", "备注", "信息资源名称*", "更新\n周期"]
    assert read([shuffled, ["2025-01-31", "无", "人口", "每月"]]) == [
        {"name": "人口", "cycle": "每月", "published": "2025-01-31", "remark": "无"}
    ]


def test_blank_formatted_rows_at_the_end_are_ignored() -> None:
    def style(sheet: Worksheet) -> None:
        for row in range(3, 400):
            sheet.cell(row, 1).number_format = "@"

    file = workbook([HEADINGS, ROW], style)
    limits = Limits(max_rows=10)
    assert len(read_workbook(file, sheets=[SPEC], limits=limits)["信息资源"].rows) == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  文本\u3000\r\n第二行\u200b ", "文本\u3000\n第二行"),
        (12, "12"),
        (12.0, "12"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (-3.5, "-3.5"),
        (999_999_999_999_999, "999999999999999"),
        (True, "TRUE"),
        (date(2025, 1, 31), "2025-01-31"),
        (datetime(2025, 1, 31, 8, 30), "2025-01-31 08:30:00"),
        (time(8, 30), "08:30:00"),
        (timedelta(hours=30), "30:00:00"),
        ("000123", "000123"),
        (None, ""),
    ],
)
def test_every_kind_of_cell_becomes_the_text_that_was_meant(value: object, text: str) -> None:
    assert read([HEADINGS, [value, "每月", ""]])[0]["name"] == text


def test_a_number_with_lost_digits_is_an_issue_of_its_cell() -> None:
    file = workbook([HEADINGS, [110105194912310020, "每月", ""]])
    (row,) = read_workbook(file, sheets=[SPEC])["信息资源"]
    assert row.values["name"] == ""
    assert str(row.issues[0]) == (
        "工作表“信息资源”第 2 行 A 列“信息资源名称”：数字超过 15 位，表格软件已丢失后面的数字；"
        "请先把单元格格式设为“文本”再重新填写。"
    )


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 10**15])
def test_no_number_slips_through_that_a_cell_cannot_hold(number: float) -> None:
    with pytest.raises(ValueError, match="数字超过 15 位"):
        cell_text(number)


@given(st.floats(-1e14, 1e14))
def test_numbers_are_read_to_the_digits_that_a_program_shows(number: float) -> None:
    assert float(cell_text(number)) == pytest.approx(number, rel=1e-14)
    assert "e" not in cell_text(number)


@pytest.mark.parametrize(
    "value",
    [
        "2025-01-31",
        "2025/1/31",
        "2025.1.31",
        "20250131",
        20250131,
        "2025年1月31日",
        " 2025 年 1 月 31 日 ",
        "２０２５－０１－３１",
        "2025-01-31 00:00:00",
        "2025-01-31T08:30:00.000",
        "2025年1月31日 08:30",
        date(2025, 1, 31),
        datetime(2025, 1, 31, 23, 59, 59),
    ],
)
def test_dates_that_mean_one_day_are_understood(value: object) -> None:
    assert read([HEADINGS, ["人口", "每月", value]])[0]["published"] == "2025-01-31"


@pytest.mark.parametrize(
    "value",
    ["1/2/2025", "01-02-25", "2025-1", "2025/1-31", "45688", 45688, "一月三十一日", "2025-01-310"],
)
def test_dates_that_could_mean_several_days_are_issues(value: object) -> None:
    file = workbook([HEADINGS, ["人口", "每月", value]])
    (row,) = read_workbook(file, sheets=[SPEC])["信息资源"]
    assert row.values["published"] == ""
    (issue,) = row.issues
    assert (issue.row, issue.column_letter, issue.heading) == (2, "C", "发布日期")
    assert issue.message == f"“{value}”不能确定是哪一天，请写成 2025-01-31 的样子。"


def test_days_that_do_not_exist_are_issues() -> None:
    with pytest.raises(ValueError, match="没有“2025-02-30”这一天。"):
        date_text("2025-02-30")


@given(st.dates(date(1000, 1, 1)))
def test_each_way_of_writing_a_date_gives_that_date(day: date) -> None:
    for text in (
        f"{day:%Y-%m-%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
    ):
        assert date_text(text) == day.isoformat()


def test_formula_cells_and_error_cells_are_issues_of_their_rows() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B2"] = "=1+1"
        sheet["A3"] = "#N/A"

    file = workbook([HEADINGS, ROW, ROW, ROW], change)
    two, three, four = read_workbook(file, sheets=[SPEC])["信息资源"]
    assert two.values["cycle"] == ""
    assert str(two.issues[0]).startswith("工作表“信息资源”第 2 行 B 列“更新周期”：单元格是公式")
    assert three.values["name"] == ""
    assert str(three.issues[0]).startswith("工作表“信息资源”第 3 行 A 列“信息资源名称”：")
    assert "错误值" in three.issues[0].message
    assert four.issues == ()


def test_a_row_of_nothing_but_an_error_is_not_taken_for_blank() -> None:
    file = workbook([HEADINGS, ["#DIV/0!"]])
    (row,) = read_workbook(file, sheets=[SPEC])["信息资源"]
    assert (row.number, len(row.issues)) == (2, 1)


def test_a_sheet_full_of_formulas_is_refused() -> None:
    file = workbook([HEADINGS, *([f"=A{n}", "=1", "=2"] for n in range(400))])
    with pytest.raises(SpreadsheetError, match=r"第 2 行 A 列：单元格是公式[\s\S]*另有 996 处问题"):
        read_workbook(file, sheets=[SPEC])


def test_drop_down_lists_from_another_sheet_are_no_formula_cells() -> None:
    def change(sheet: Worksheet) -> None:
        rule = openpyxl.worksheet.datavalidation.DataValidation("list", formula1="选项!$A$1:$A$9")
        rule.add("B2:B9")
        sheet.add_data_validation(rule)

    file = workbook([HEADINGS, ROW], change)
    (row,) = read_workbook(file, sheets=[SPEC])["信息资源"]
    assert row.issues == ()


def test_merged_cells_are_refused_by_their_range() -> None:
    file = workbook([HEADINGS, ROW, ROW], lambda sheet: sheet.merge_cells("A2:A3"))
    with pytest.raises(SpreadsheetError, match="“信息资源”：单元格区域 A2:A3 是合并单元格"):
        read_workbook(file, sheets=[SPEC])


def test_content_without_a_heading_above_is_an_issue() -> None:
    file = workbook([HEADINGS, [*ROW, None, "多出来的"]])
    (row,) = read_workbook(file, sheets=[SPEC])["信息资源"]
    assert str(row.issues[0]).startswith("工作表“信息资源”第 2 行 E 列：这一列没有列名")


def test_a_cell_that_is_too_long_is_an_issue() -> None:
    file = workbook([HEADINGS, ["长" * 101, "每月", ""]])
    limits = Limits(max_cell_characters=100)
    (row,) = read_workbook(file, sheets=[SPEC], limits=limits)["信息资源"]
    assert row.issues[0].message == "内容有 101 个字，超过 100 个字的上限，请缩短。"


@pytest.mark.parametrize(
    ("headings", "message"),
    [
        (["信息资源名称", "更薪周期", "发布日期"], "缺少“更新周期”；多出“更薪周期（B 列）”。"),
        ([*HEADINGS, "更新周期"], "重复“更新周期”。"),
        (["信息资源名称"], "缺少“更新周期、发布日期”。"),
        (ROW, "第 1 行应为列名，没有找到任何列名。"),
    ],
)
def test_wrong_headings_are_listed_and_the_template_named(
    headings: list[str], message: str
) -> None:
    with pytest.raises(SpreadsheetError) as caught:
        read([headings, ROW], template="模板在“导入”页。")
    assert str(caught.value).startswith("工作表“信息资源”：第 1 行")
    assert str(caught.value).endswith(f"{message}模板在“导入”页。")


def test_headings_below_a_title_are_pointed_out() -> None:
    with pytest.raises(SpreadsheetError, match="列名应在第 1 行，现在在第 3 行，请删除上面的行。"):
        read([["海口市信息资源目录"], [], HEADINGS, ROW])


def test_an_empty_sheet_is_told_to_have_no_headings() -> None:
    with pytest.raises(SpreadsheetError, match="没有找到任何列名"):
        read([])


def two_sheets(state: str) -> io.BytesIO:
    def change(sheet: Worksheet) -> None:
        sheet.parent.create_sheet("说明")
        sheet.sheet_state = state

    return workbook([HEADINGS, ROW], change)


def test_other_sheets_are_named_as_ignored() -> None:
    assert read_workbook(two_sheets("visible"), sheets=[SPEC]).ignored == ("说明",)


def test_a_hidden_sheet_is_refused_by_name() -> None:
    with pytest.raises(SpreadsheetError, match="工作表“信息资源”被隐藏"):
        read_workbook(two_sheets("hidden"), sheets=[SPEC])


def test_a_missing_sheet_is_refused_and_an_optional_one_left_out() -> None:
    with pytest.raises(SpreadsheetError, match="缺少工作表“信息项”，文件里只有“信息资源”。请下载"):
        read_workbook(workbook([HEADINGS]), sheets=[SPEC, SheetSpec("信息项", COLUMNS)])
    optional = SheetSpec("信息项", COLUMNS, required=False)
    read = read_workbook(workbook([HEADINGS]), sheets=[SPEC, optional])
    assert list(read.sheets) == ["信息资源"]


def test_a_spec_without_a_name_takes_the_first_visible_sheet() -> None:
    file = workbook([HEADINGS, ROW], name="Sheet1")
    assert read_workbook(file, sheets=[SheetSpec("", COLUMNS)])[""].name == "Sheet1"


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(SpreadsheetError, match="DA 列还有内容，超过 100 列的上限"):
        read([[*HEADINGS, *[None] * 101, "远"], ROW])


CSV = "信息资源名称,更新周期,发布日期\n人口,每月,2025-01-31\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_csv_files_are_read_as_the_programs_write_them(
    encoding: str, delimiter: str, newline: str
) -> None:
    text = CSV.replace(",", delimiter).replace("\n", newline)
    (row,) = read_csv(csv_file(text, encoding), sheet=SPEC)
    assert row.number == 2
    assert row.values == {"name": "人口", "cycle": "每月", "published": "2025-01-31"}


def test_row_numbers_of_csv_files_count_records() -> None:
    text = 'name,信息资源名称,更新周期,发布日期\n,"两\n行",每月,\n,,,\n,b,每月,31/1/2025\n'
    first, second = read_csv(csv_file(text.replace("name,", "备注,")), sheet=SPEC)
    assert (first.number, first.values["name"]) == (2, "两\n行")
    assert second.number == 4
    assert str(second.issues[0]).startswith("工作表“信息资源”第 4 行 D 列“发布日期”")


def test_csv_rows_may_be_short_but_not_too_long() -> None:
    short, long = read_csv(csv_file(CSV.splitlines()[0] + "\n人口\na,b,,d\n"), sheet=SPEC)
    assert short.values == {"name": "人口", "cycle": "", "published": ""}
    assert long.issues[0].column_letter == "D"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "文件是空的"),
        (b"PK\x03\x04rest", "这是 Excel 工作簿，不是 CSV 文件"),
        (CSV.encode("utf-16"), "UTF-16"),
        (CSV.encode() + b"\0\0", "不是文本"),
        (CSV.encode() + b"\xff\xff", "文字编码无法识别"),
        (CSV.encode() + '"没有结束,b,c\n'.encode(), "第 3 行附近格式不对"),
        (CSV.encode() + b'"' + b"a" * 200_000 + b'",b,c\n', "第 3 行附近格式不对"),
        (b"a,b,c\n1,2,3\n", "没有找到任何列名"),
        (CSV.encode() + b"a,b,\n" * 10, "数据超过 10 行的上限"),
        (CSV.encode() * 50, "超过 0 MB 的上限"),
    ],
)
def test_wrong_csv_files_get_a_sentence(content: bytes, message: str) -> None:
    limits = Limits(max_rows=10, max_file_bytes=1_000 if len(content) < 200_000 else 10**6)
    with pytest.raises(SpreadsheetError, match=message):
        read_csv(io.BytesIO(content), sheet=SPEC, limits=limits)


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_read_or_refused_as_csv(content: bytes, with_headings: bool) -> None:
    file = io.BytesIO(CSV.encode() * with_headings + content)
    try:
        read_csv(file, sheet=SPEC)
    except SpreadsheetError as error:
        assert str(error)  # noqa: PT017 - any bytes may also be a readable file


@given(st.integers(0, 16_383))
def test_column_letters_agree_with_openpyxl(index: int) -> None:
    assert column_letter(index) == openpyxl.utils.get_column_letter(index + 1)


def test_an_issue_can_be_made_for_a_column_by_its_key() -> None:
    sheet = read_workbook(workbook([HEADINGS, ROW]), sheets=[SPEC])["信息资源"]
    assert str(sheet.issue(2, "cycle", "不在可选范围内。")) == (
        "工作表“信息资源”第 2 行 B 列“更新周期”：不在可选范围内。"
    )
    assert str(sheet.issue(2, "", "整行重复。")) == "工作表“信息资源”第 2 行：整行重复。"
