"""A statutory clock in words: how much is left, until when, by which rule."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from citybrain.ui import Deadline
from tests.ui.drawing import draw, tree, words

CLOCK = Deadline(
    "答复共享申请", date(2026, 12, 2), 3, "soon", rule_label="答复共享申请", basis="SC-21"
)


def shown(clock: Deadline, *, compact: bool = False) -> str:
    return words(tree("{% deadline d compact=c %}", d=clock, c=compact))


def test_full_form_gives_days_date_rule_and_basis() -> None:
    assert shown(CLOCK) == "剩余 3 个工作日 2026年12月2日前答复共享申请SC-21"


def test_compact_form_gives_days_and_a_short_date() -> None:
    assert shown(CLOCK, compact=True) == "剩余 3 个工作日 12月2日前"


@pytest.mark.parametrize(
    ("state", "left", "text"),
    [
        ("today", 0, "今日到期 12月2日前"),
        ("overdue", -2, "已超期 2 个工作日 12月2日前"),
        ("paused", 5, "已暂停计时 原定 12月2日前"),
        ("done", 0, "已办结 期限 12月2日"),
    ],
)
def test_each_state_has_its_words(state: str, left: int, text: str) -> None:
    clock = replace(CLOCK, state=state, days_left=left)  # type: ignore[arg-type]
    assert shown(clock, compact=True) == text


def test_a_provisional_date_is_marked_and_says_why() -> None:
    text = draw("{% deadline d %}", d=replace(CLOCK, provisional=True))
    assert "（暂定）" in text
    assert "放假安排尚未公布" in text


def test_clocks_in_hours_show_the_hour_in_local_time() -> None:
    due = timezone.make_aware(datetime(2026, 11, 23, 17, 30))
    clock = replace(CLOCK, due_on=due.astimezone(UTC), hours_left=4)
    assert "剩余 4 小时 2026年11月23日 17:30前" in shown(clock)


def test_no_clock_draws_nothing() -> None:
    assert draw("{% deadline d %}", d=None) == ""
