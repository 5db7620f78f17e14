"""Points, totals, ranks and levels, by hand."""

from dataclasses import replace

import pytest

from evaluation.indicators import DEFINITIONS, INDICATORS, LEVELS, level_of, scored
from evaluation.report.facts_schema import DepartmentRow, DutyCounts
from tests.evaluation.sample_facts import sample_facts

NOTHING = DutyCounts(opened=0, in_time=0, late=0, overdue=0, running=0)
IDLE = replace(
    sample_facts().departments[0],
    entries=0, entries_sharable=0, entries_with_data=0, entries_update_due=0, entries_updated_in_time=0,
    answers_due=0, answers_given=0, answers_in_time=0, authorizations_granted=0,
    authorizations_used=0, duties=NOTHING, scores=(), total_centi=None, rank=None, level="",
)  # fmt: skip
PERFECT = replace(
    IDLE,
    entries=3, entries_sharable=3, entries_with_data=3, entries_update_due=2, entries_updated_in_time=2,
    answers_due=4, answers_given=4, answers_in_time=4, authorizations_granted=2,
    authorizations_used=2, duties=replace(NOTHING, opened=5, in_time=5),
    guidance=replace(NOTHING, opened=2, in_time=2),
)  # fmt: skip


def one(row: DepartmentRow) -> DepartmentRow:
    (result,) = scored([row])
    return result


def test_the_weights_add_up_to_a_hundred_and_the_headings_are_short() -> None:
    assert sum(row.weight for row in DEFINITIONS) == 100
    assert all(len(row.short_name) <= 5 for row in DEFINITIONS)
    assert len({row.code for row in DEFINITIONS}) == len(INDICATORS) == 6
    assert LEVELS[-1].minimum_centi == 0


def test_everything_done_is_full_points() -> None:
    row = one(PERFECT)
    assert [score.points_centi for score in row.scores] == [2000, 2000, 2000, 1500, 2000, 500]
    assert (row.total_centi, row.rank, row.level) == (10_000, 1, "优秀")


def test_points_are_the_weight_times_the_ratio_rounded_half_up() -> None:
    row = one(replace(PERFECT, entries_with_data=2, answers_in_time=3))
    # 20 × 2/3 = 13.333…, 20 × 3/4 = 15
    assert [score.points_centi for score in row.scores] == [1333, 2000, 1500, 1500, 2000, 500]
    assert row.total_centi == 8833


def test_what_does_not_apply_gives_its_weight_to_the_rest() -> None:
    """Only attachment (20) and duties (20) apply: 10 and 20 of 40 points are 75 of 100."""
    row = one(
        replace(
            IDLE,
            entries=2,
            entries_sharable=2,
            entries_with_data=1,
            duties=replace(NOTHING, opened=1, in_time=1),
        )
    )
    assert [score.points_centi for score in row.scores] == [1000, None, None, None, 2000, None]
    assert (row.total_centi, row.level) == (7500, "合格")


def test_where_nothing_applies_there_is_no_result() -> None:
    row = one(IDLE)
    assert (row.total_centi, row.rank, row.level) == (None, None, "")
    assert all(score.denominator == 0 for score in row.scores)


def test_where_too_little_applies_there_are_points_and_no_result() -> None:
    """One grant used and one duty kept are 35 of 35 points, and no first rank."""
    row = one(
        replace(
            IDLE,
            authorizations_granted=1,
            authorizations_used=1,
            duties=replace(NOTHING, opened=1, in_time=1),
        )
    )
    assert [score.points_centi for score in row.scores] == [None, None, None, 1500, 2000, None]
    assert (row.total_centi, row.rank, row.level) == (None, None, "")


def test_withheld_entries_do_not_ask_for_data() -> None:
    row = one(replace(PERFECT, entries=9))
    assert (row.scores[0].numerator, row.scores[0].denominator) == (3, 3)


def test_duties_that_still_run_are_not_judged() -> None:
    row = one(replace(IDLE, duties=replace(NOTHING, opened=3, late=1, in_time=1, running=1)))
    assert (row.scores[4].numerator, row.scores[4].denominator) == (1, 2)


@pytest.mark.parametrize(
    ("total", "level"),
    [
        (10_000, "优秀"), (9_000, "优秀"), (8_999, "良好"), (8_000, "良好"), (7_999, "合格"),
        (6_000, "合格"), (5_999, "不合格"), (0, "不合格"),
    ],
)  # fmt: skip
def test_levels_begin_where_they_say(total: int, level: str) -> None:
    assert level_of(total) == level


def test_equal_totals_share_a_rank_and_the_next_one_is_skipped() -> None:
    rows = [
        replace(IDLE, code="idle"),
        replace(PERFECT, code="second", entries_with_data=2),
        replace(PERFECT, code="first"),
        replace(PERFECT, code="too"),
    ]
    assert [(row.code, row.rank) for row in scored(rows)] == [
        ("first", 1), ("too", 1), ("second", 3), ("idle", None),
    ]  # fmt: skip
