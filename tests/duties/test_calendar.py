"""Working-day arithmetic against known dates and against a slow, independent count."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.duties.calendar import (
    Calendar,
    SpecialDay,
    add_working_days,
    next_working_day,
    working_days_between,
    working_days_late,
)
from citybrain.duties.seed import SEEDED_YEARS, days_of
from tests.duties import oracle

SEEDED = Calendar(
    special={
        day: SpecialDay(working, name)
        for year in SEEDED_YEARS
        for day, (working, name) in days_of(year).items()
    },
    announced=frozenset(SEEDED_YEARS),
)
KNOWN_DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))

VECTORS = [
    # received, working days, last day
    ("2026-02-12", 10, "2026-03-04"),
    ("2026-04-30", 20, "2026-06-01"),
    ("2026-09-18", 10, "2026-10-09"),
    ("2026-09-30", 1, "2026-10-08"),
    ("2026-02-13", 1, "2026-02-14"),  # a Saturday that is worked
    ("2026-02-13", 10, "2026-03-05"),
    ("2026-04-30", 1, "2026-05-06"),
    ("2026-09-24", 1, "2026-09-28"),
    ("2026-09-30", 10, "2026-10-20"),
    ("2026-09-30", 20, "2026-11-03"),
    ("2026-11-23", 10, "2026-12-07"),
    ("2025-09-30", 1, "2025-10-09"),  # eight days of National Day and Mid-Autumn
    ("2025-01-24", 10, "2025-02-13"),
    ("2025-12-31", 1, "2026-01-04"),  # across the year's end, a Sunday that is worked
]


@pytest.mark.parametrize(("received", "days", "last"), VECTORS)
def test_known_last_days(received: str, days: int, last: str) -> None:
    assert add_working_days(date.fromisoformat(received), days, SEEDED) == date.fromisoformat(last)


def test_2026_has_248_working_days() -> None:
    assert len(SEEDED.working_days_of(2026)) == 248


@given(day=KNOWN_DAYS)
def test_every_seeded_day_is_worked_or_not_as_the_state_council_says(day: date) -> None:
    assert SEEDED.is_working(day) == oracle.worked(day)


@settings(max_examples=300)
@given(start=st.dates(date(2024, 1, 1), date(2026, 9, 30)), days=st.integers(1, 60))
def test_the_last_day_is_the_one_counted_day_by_day(start: date, days: int) -> None:
    assert add_working_days(start, days, SEEDED) == oracle.last_day(start, days)


@settings(max_examples=300)
@given(start=KNOWN_DAYS, end=KNOWN_DAYS)
def test_days_between_are_those_counted_day_by_day(start: date, end: date) -> None:
    expected = oracle.working_days(start, end) if start <= end else -oracle.working_days(end, start)
    assert working_days_between(start, end, SEEDED) == expected


@given(start=KNOWN_DAYS, days=st.integers(1, 60))
def test_between_undoes_add(start: date, days: int) -> None:
    last = add_working_days(start, days, SEEDED)
    assert SEEDED.is_working(last)
    assert working_days_between(start, last, SEEDED) == days


@given(start=KNOWN_DAYS, first=st.integers(1, 30), second=st.integers(1, 30))
def test_adding_in_two_steps_is_adding_at_once(start: date, first: int, second: int) -> None:
    middle = add_working_days(start, first, SEEDED)
    assert add_working_days(middle, second, SEEDED) == add_working_days(
        start, first + second, SEEDED
    )


def test_less_than_one_day_is_no_time_limit() -> None:
    with pytest.raises(ValueError, match="at least one"):
        add_working_days(date(2026, 3, 2), 0, SEEDED)


def test_next_working_day_is_never_the_day_itself() -> None:
    assert next_working_day(date(2026, 9, 30), SEEDED) == date(2026, 10, 8)
    assert next_working_day(date(2026, 3, 2), SEEDED) == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("due_on", "done_on", "late"),
    [
        (date(2026, 3, 6), date(2026, 3, 6), 0),
        (date(2026, 3, 6), date(2026, 3, 2), 0),
        (date(2026, 3, 6), date(2026, 3, 7), 1),  # Saturday: part of Monday
        (date(2026, 3, 6), date(2026, 3, 9), 1),
        (date(2026, 3, 6), date(2026, 3, 10), 2),
        (date(2026, 9, 30), date(2026, 10, 3), 1),  # within National Day
    ],
)
def test_days_late_round_up_to_the_next_working_day(due_on: date, done_on: date, late: int) -> None:
    assert working_days_late(due_on, done_on, SEEDED) == late


# --- years that nobody has announced ------------------------------------------------------------

STATUTORY_2027 = {
    date(2027, 1, 1),
    *(date(2027, 2, day) for day in (5, 6, 7, 8, 9, 10)),  # the eve and three days, two on weekdays
    date(2027, 4, 5),
    *(date(2027, 5, day) for day in (1, 2, 3, 4)),  # May 1 and 2 are a weekend: made good
    date(2027, 6, 9),
    date(2027, 9, 15),
    *(date(2027, 10, day) for day in (1, 2, 3, 4, 5)),
}


def worked_provisionally(day: date) -> bool:
    if day.year < 2027:
        return oracle.worked(day)
    return day.weekday() < 5 and day not in STATUTORY_2027


@given(start=st.dates(date(2026, 11, 1), date(2027, 11, 1)), days=st.integers(1, 30))
def test_an_unannounced_year_is_answered_by_weekends_and_statutory_holidays(
    start: date, days: int
) -> None:
    last = add_working_days(start, days, SEEDED)
    assert last == oracle.last_day(start, days, is_working=worked_provisionally)
    assert SEEDED.is_provisional(start, last) == (last.year > 2026)


@given(start=st.dates(date(1990, 1, 1), date(2500, 1, 1)), days=st.integers(1, 260))
def test_no_date_raises(start: date, days: int) -> None:
    last = add_working_days(start, days, SEEDED)
    assert start < last <= start + timedelta(days=2 * days + 40)
    assert SEEDED.is_provisional(last, last) == (last.year not in SEEDED_YEARS)


def test_a_day_of_the_december_before_follows_the_later_notice() -> None:
    notice = {date(2026, 12, 31): SpecialDay(False, "元旦")}
    calendar = Calendar({**SEEDED.special, **notice}, frozenset({2026, 2027}))
    assert SEEDED.is_working(date(2026, 12, 31))
    assert add_working_days(date(2026, 12, 30), 1, calendar) == date(2027, 1, 1)
    assert not calendar.is_provisional(date(2026, 12, 30), date(2027, 1, 1))
