"""Numbers, dates and lists as an official document writes them."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.documents.text import chinese_date
from evaluation.report import wording


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"), (9_999, "9999"), (10_000, "1万"), (12_345, "1.23万"), (12_350, "1.24万"),
        (99_994_999, "9999.5万"), (99_999_999, "1亿"), (305_000_000, "3.05亿"),
    ],
)  # fmt: skip
def test_amounts_are_written_out_below_ten_thousand(number: int, text: str) -> None:
    assert wording.amount(number) == text


@given(st.integers(min_value=10_000, max_value=10**13))
def test_an_amount_is_never_off_by_more_than_half_of_its_last_place(number: int) -> None:
    text = wording.amount(number)
    unit = {"万": 10_000, "亿": 100_000_000}[text[-1]]
    assert abs(Fraction(text[:-1]) * unit - number) <= Fraction(unit, 200)
    assert text[0] != "0"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 5, "0%"), (1, 3, "33.33%"), (2, 3, "66.67%"), (37, 40, "92.5%"), (4, 4, "100%"), (0, 0, "—")],
)  # fmt: skip
def test_percentages(part: int, whole: int, text: str) -> None:
    assert wording.percent(part, whole) == text


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_basis_points_are_rounded_half_up(part: int, whole: int) -> None:
    exact = Fraction(part * 10_000, whole)
    assert exact - Fraction(1, 2) < wording.basis_points(part, whole) <= exact + Fraction(1, 2)  # type: ignore[operator]


def test_points_keep_two_decimals_and_lengths_do_not() -> None:
    assert [wording.points(value) for value in (None, 0, 5, 9_250)] == [
        "—",
        "0.00",
        "0.05",
        "92.50",
    ]
    assert [wording.plain(value) for value in (0, 5, 325, 9_000)] == ["0", "0.05", "3.25", "90"]


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        (12, 10, "增加2条，增长20%"), (10, 12, "减少2条，下降16.67%"), (7, 7, "与上年持平"),
        (20_000, 0, "增加2万条"), (0, 4, "减少4条，下降100%"),
    ],
)  # fmt: skip
def test_changes_name_the_difference_and_where_possible_the_rate(
    now: int, before: int, text: str
) -> None:
    assert wording.change(now, before, "条") == text


def test_differences_in_tables_carry_their_sign() -> None:
    assert [wording.signed(value) for value in (3, 0, -3)] == ["+3", "0", "-3"]
    pairs = ((9_161, 8_516), (8_516, 9_161), (10, 10), (None, 5), (5, None))
    assert [wording.signed_points(*pair) for pair in pairs] == [
        "+6.45个百分点", "-6.45个百分点", "0个百分点", "—", "—",
    ]  # fmt: skip


def test_dates_have_no_leading_zeros() -> None:
    assert chinese_date(date(2026, 1, 5)) == "2026年1月5日"


def test_ordinals() -> None:
    numbers = (1, 9, 10, 11, 20, 21, 99)
    assert [wording.ordinal(number) for number in numbers] == [
        "一", "九", "十", "十一", "二十", "二十一", "九十九",
    ]  # fmt: skip


def test_one_name_alone_is_in_no_order() -> None:
    assert wording.ranked("部门", ["甲", "乙"]) == "部门依次为甲、乙。"
    assert wording.ranked("部门", ["甲"]) == "部门为甲。"
    assert wording.ranked("部门", []) == ""


def test_long_lists_are_cut_and_counted() -> None:
    assert wording.names(["甲", "乙"]) == "甲、乙"
    assert wording.names(list("一二三四五六七八")) == "一、二、三、四、五、六、七、八"
    assert wording.names(list("一二三四五六七八九")).endswith("、八等9个部门")
