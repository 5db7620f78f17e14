"""The numbers of evaluation and report, against what was done to each duty."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from citybrain.duties.choices import DutyState
from citybrain.duties.loader import current_calendar
from citybrain.duties.models import Duty
from citybrain.duties.queries import (
    days_left,
    deadline_of,
    history_of,
    in_state,
    open_duties,
    state_of,
)
from citybrain.duties.services import cancel, extend, fulfil, mark_breaches
from citybrain.duties.timeliness import Timeliness, timeliness
from citybrain.organizations.actors import system_actor
from tests.duties.conftest import Opener, noon
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
TODAY = date(2026, 6, 1)


@pytest.fixture
def year(opened: Opener, world: World) -> None:
    """Seven duties of the spring: what became of them is in the comments."""
    system = system_actor()
    march, april = date(2026, 3, 2), date(2026, 4, 1)
    fulfil(duty=opened(), actor=system, at=noon(march))  # in time in March
    fulfil(duty=opened(starts_on=april), actor=system, at=noon(date(2026, 4, 2)))  # in time, April
    fulfil(duty=opened(), actor=system, at=noon(april))  # due and breached in March, late in April
    opened()  # breached in March, still open
    opened("correct", department=world.health, starts_on=april)  # breached in April, still open
    cancel(duty=opened("deliver"), actor=system, reason="撤回", at=noon(march))
    opened("internal_signoff", starts_on=date(2026, 5, 29))  # still running


def test_months_tell_what_happened_in_them(year: None, world: World) -> None:
    rows = timeliness(since=YEAR[0], until=YEAR[1], by=("month", "rule"), today=TODAY)
    march, april, may = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
    reply, deliver = "reply_conditional", "deliver"
    assert rows == [
        Timeliness(rule=deliver, month=march, opened=1, cancelled=1),
        Timeliness(rule=reply, month=march, opened=3, in_time=1, breached=2),
        Timeliness(rule="correct", month=april, opened=1, breached=1),
        Timeliness(rule=reply, month=april, opened=1, in_time=1, late=1),
        Timeliness(rule="internal_signoff", month=may, opened=1),
    ]


def test_a_breach_counts_whether_or_not_the_scan_has_run(year: None) -> None:
    question = {"since": YEAR[0], "until": YEAR[1], "by": ("department", "rule"), "today": TODAY}
    before = timeliness(**question)  # type: ignore[arg-type]
    assert len(mark_breaches(TODAY)) == 2
    assert timeliness(**question) == before  # type: ignore[arg-type]


def test_the_whole_is_the_sum_of_its_parts(year: None, world: World) -> None:
    whole = timeliness(since=YEAR[0], until=YEAR[1], today=TODAY)
    assert whole == [Timeliness(opened=7, in_time=2, late=1, breached=3, cancelled=1)]
    assert whole[0].decided == 5
    for by in ("rule", "department", "month"):
        parts = timeliness(since=YEAR[0], until=YEAR[1], by=(by,), today=TODAY)  # type: ignore[arg-type]
        for name in ("opened", "in_time", "late", "breached", "cancelled"):
            assert sum(getattr(part, name) for part in parts) == getattr(whole[0], name)


def test_rules_and_departments_narrow(year: None, world: World) -> None:
    reply = timeliness(
        since=YEAR[0], until=YEAR[1], rules=["reply_conditional"], departments=[world.police.pk]
    )
    assert [(row.opened, row.breached) for row in reply] == [(4, 2)]
    assert timeliness(since=YEAR[0], until=YEAR[1], departments=[world.water.pk]) == []


def test_a_period_ends_at_midnight_in_haikou(opened: Opener) -> None:
    duty = opened()
    fulfil(duty=duty, actor=system_actor(), at=noon(date(2026, 3, 10)))
    # 23:30 of the tenth in Haikou is still the tenth.
    Duty.objects.filter(pk=duty.pk).update(fulfilled_at="2026-03-10T23:30:00+08:00")
    day = date(2026, 3, 10)
    assert [row.in_time for row in timeliness(since=day, until=day)] == [1]
    assert timeliness(since=date(2026, 3, 11), until=date(2026, 3, 31)) == []


# --- one duty -------------------------------------------------------------------------------------


def test_days_left_of_many_duties_ask_nothing(opened: Opener) -> None:
    for _ in range(5):
        opened()
    duties, calendar = list(open_duties()), current_calendar()
    with CaptureQueriesContext(connection) as queries:
        left = [days_left(duty, date(2026, 3, 14), calendar) for duty in duties]
        drawn = [deadline_of(duty, date(2026, 3, 14), calendar) for duty in duties]
        names = [str(duty.department) for duty in duties]
    assert len(queries) == 0
    assert left == [1] * 5
    assert {(one.state, one.days_left) for one in drawn} == {("soon", 1)}
    assert set(names) == {"市公安局"}


def test_a_deadline_says_its_rule_and_basis(opened: Opener) -> None:
    drawn = deadline_of(opened(), date(2026, 3, 20))
    assert (drawn.state, drawn.days_left, drawn.due_on) == ("overdue", -4, date(2026, 3, 16))
    assert str(drawn.rule_label) == "答复有条件共享申请"
    assert drawn.basis == "《政务数据共享条例》第二十一条"
    assert deadline_of(opened(starts_on=date(2026, 12, 28))).provisional


def test_history_names_who_did_what_and_why(opened: Opener, world: World) -> None:
    duty = opened()
    extend(
        duty=duty,
        days=3,
        reason="需要核对",
        actor=actor_of(world.coordinator),
        consented_by=world.bureau,
        at=noon(date(2026, 3, 3)),
    )
    last = history_of(duty)[-1]
    assert (str(last.label), last.who, last.department, last.reason) == (
        "延长期限",
        "解协调",
        "市大数据局",
        "需要核对",
    )


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 3, 10), DutyState.DUE),  # four working days left
        (date(2026, 3, 11), DutyState.SOON),
        (date(2026, 3, 14), DutyState.SOON),  # a Saturday
        (date(2026, 3, 16), DutyState.TODAY),
        (date(2026, 3, 17), DutyState.OVERDUE),
    ],
)
def test_a_duty_and_the_list_of_duties_agree_on_its_state(
    opened: Opener, today: date, state: DutyState
) -> None:
    duty = opened()
    assert state_of(duty, today) == state
    listed = {one for one in DutyState if in_state(Duty.objects.all(), one, today).exists()}
    assert listed == {state}
