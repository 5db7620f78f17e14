"""Opening, extending, pausing, resuming, fulfilling, cancelling: what they do and refuse."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from citybrain.audit.models import AuditRecord
from citybrain.duties.choices import DutyState
from citybrain.duties.models import Duty
from citybrain.duties.queries import days_left, open_by_subject, open_duties_of, state_of
from citybrain.duties.rules import RULES
from citybrain.duties.services import (
    DutyConflict,
    cancel,
    extend,
    fulfil,
    open_duty,
    pause,
    resume,
)
from citybrain.organizations.actors import system_actor
from citybrain.refusals import Conflict
from citybrain.registry import UnknownName
from tests.duties.conftest import Opener, noon, some_subject
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 3, 2)  # ten working days on: Monday 2026-03-16
DUE = date(2026, 3, 16)


def verbs_on(duty: Duty) -> list[str]:
    rows = AuditRecord.objects.filter(subject_type="duties.Duty", subject_id=duty.pk)
    return list(rows.order_by("id").values_list("verb", flat=True))


# --- opening --------------------------------------------------------------------------------------


def test_a_duty_is_opened_with_its_last_day_and_on_record(opened: Opener, world: World) -> None:
    duty = opened()
    assert (duty.starts_on, duty.due_on, duty.original_due_on) == (MONDAY, DUE, DUE)
    assert duty.days == 10
    assert not duty.provisional
    entry = AuditRecord.objects.get(subject_type="duties.Duty", subject_id=duty.pk)
    assert entry.verb == "duties.opened"
    assert entry.department == world.police
    assert entry.data["due_on"] == "2026-03-16"


@time_machine.travel("2026-03-02T23:30:00+08:00", tick=False)
def test_the_day_of_receipt_is_today_in_haikou(world: World) -> None:
    duty = open_duty(
        rule="reply_unconditional",
        subject=some_subject(),
        department=world.police,
        actor=actor_of(world.health_head),
    )
    assert (duty.starts_on, duty.due_on) == (MONDAY, date(2026, 3, 3))


def test_the_same_clock_cannot_run_twice_on_one_object(opened: Opener) -> None:
    subject = some_subject()
    first = opened(subject=subject)
    with pytest.raises(DutyConflict, match="不能重复启动"):
        opened(subject=subject)
    assert Duty.objects.of(subject).count() == 1
    opened("deliver", subject=subject)
    fulfil(duty=first, actor=system_actor(), at=noon(date(2026, 3, 3)))
    assert opened(subject=subject).pk != first.pk


def test_a_refused_second_opening_leaves_the_callers_transaction_usable(opened: Opener) -> None:
    subject = some_subject()
    opened(subject=subject)
    with transaction.atomic():
        with pytest.raises(Conflict):
            opened(subject=subject)
        opened("deliver", subject=subject)
    assert {duty.rule for duty in open_duties_of(subject)} == {"reply_conditional", "deliver"}


def test_an_unknown_rule_and_a_future_receipt_open_nothing(opened: Opener) -> None:
    with pytest.raises(UnknownName):
        opened("reply_whenever")
    with pytest.raises(ValidationError, match="不能晚于今天"):
        opened(starts_on=date(2026, 3, 5), at=noon(MONDAY))
    assert not Duty.objects.exists()


@pytest.mark.parametrize("starts_on", [date(2026, 12, 28), date(2031, 1, 20), date(2099, 12, 31)])
@pytest.mark.parametrize("rule", list(RULES))
def test_a_year_not_announced_gives_a_provisional_last_day(
    opened: Opener, rule: str, starts_on: date
) -> None:
    duty = opened(rule, starts_on=starts_on)
    assert duty.due_on > starts_on
    assert duty.provisional == (duty.due_on.year > 2026)
    assert days_left(duty, starts_on) == duty.days


# --- extending ------------------------------------------------------------------------------------


def test_an_extension_moves_the_last_day_and_names_who_allowed_it(
    opened: Opener, world: World
) -> None:
    duty = opened()
    coordinator = actor_of(world.coordinator)
    extend(
        duty=duty,
        days=10,
        reason=" 需要核对历史数据 ",
        actor=coordinator,
        consented_by=world.bureau,
        at=noon(date(2026, 3, 12)),
    )
    stored = Duty.objects.get(pk=duty.pk)
    assert stored.due_on == duty.due_on == date(2026, 3, 30)
    assert stored.original_due_on == DUE
    assert stored.extended_by == world.coordinator
    assert stored.extension_consented_by == world.bureau
    assert stored.extension_reason == "需要核对历史数据"
    assert verbs_on(duty) == ["duties.opened", "duties.extended"]


@pytest.mark.parametrize(
    ("rule", "changes", "field"),
    [
        ("reply_conditional", {"days": 11}, "days"),
        ("reply_conditional", {"days": 0}, "days"),
        ("reply_conditional", {"reason": "  "}, "reason"),
        ("reply_conditional", {"consented_by": None}, "consented_by"),
        ("reply_conditional", {"consented_by": "health"}, "consented_by"),
        ("update_catalog", {"days": 6}, "days"),
        ("deliver", {"days": 1}, "days"),
        ("internal_signoff", {"days": 1}, "days"),
    ],
)
def test_an_extension_beyond_the_rule_is_refused(
    opened: Opener, world: World, rule: str, changes: dict[str, object], field: str
) -> None:
    duty = opened(rule)
    before = duty.due_on
    inputs: dict[str, object] = {"days": 5, "reason": "核对", "consented_by": world.bureau}
    inputs |= changes
    if inputs["consented_by"] == "health":
        inputs["consented_by"] = world.health
    with pytest.raises(ValidationError) as refused:
        extend(duty=duty, actor=system_actor(), at=noon(MONDAY), **inputs)  # type: ignore[arg-type]
    assert list(refused.value.message_dict) == [field]
    duty.refresh_from_db()
    assert (duty.due_on, duty.extended_days) == (before, 0)
    assert verbs_on(duty) == ["duties.opened"]


def test_a_duty_is_extended_once(opened: Opener, world: World) -> None:
    duty = opened()
    stale = Duty.objects.get(pk=duty.pk)
    inputs = {"reason": "核对", "actor": system_actor(), "consented_by": world.bureau}
    extend(duty=duty, days=2, at=noon(MONDAY), **inputs)  # type: ignore[arg-type]
    for again in (duty, stale):
        with pytest.raises(DutyConflict, match="延长过一次"):
            extend(duty=again, days=2, at=noon(MONDAY), **inputs)  # type: ignore[arg-type]
    assert Duty.objects.get(pk=duty.pk).due_on == date(2026, 3, 18)


def test_what_has_lapsed_can_be_neither_extended_nor_paused(opened: Opener, world: World) -> None:
    duty = opened()
    late = noon(date(2026, 3, 17))
    with pytest.raises(DutyConflict, match="超期"):
        extend(
            duty=duty,
            days=5,
            reason="核对",
            actor=system_actor(),
            consented_by=world.bureau,
            at=late,
        )
    with pytest.raises(DutyConflict, match="超期") as refused:
        pause(duty=duty, reason="缺少依据", actor=system_actor(), at=late)
    assert refused.value.state_label == "已超期"


# --- pausing --------------------------------------------------------------------------------------


def test_what_was_left_at_the_pause_is_left_after_it(opened: Opener) -> None:
    duty = opened()
    thursday, resumed = date(2026, 3, 5), date(2026, 3, 20)
    pause(duty=duty, reason="缺少使用依据", actor=system_actor(), at=noon(thursday))
    assert state_of(duty, date(2026, 3, 18)) == DutyState.PAUSED
    assert days_left(duty, date(2026, 3, 18)) == 8
    resume(duty=duty, actor=system_actor(), at=noon(resumed))
    assert days_left(duty, resumed) == 8
    assert duty.due_on == date(2026, 4, 1)
    assert duty.original_due_on == DUE
    assert verbs_on(duty) == ["duties.opened", "duties.paused", "duties.resumed"]


@pytest.mark.parametrize(
    ("paused_on", "resumed_on", "due_on"),
    [
        (MONDAY, date(2026, 3, 20), date(2026, 4, 3)),  # all ten days from the supplement
        (date(2026, 3, 5), date(2026, 3, 5), date(2026, 3, 17)),  # a day of receipt never counts
        (DUE, date(2026, 3, 21), date(2026, 3, 23)),  # on the last day: one day is left
        (date(2026, 3, 7), date(2026, 3, 8), DUE),  # a weekend
    ],
)
def test_the_days_of_asking_and_of_receipt_do_not_count(
    opened: Opener, paused_on: date, resumed_on: date, due_on: date
) -> None:
    duty = opened()
    pause(duty=duty, reason="缺少使用依据", actor=system_actor(), at=noon(paused_on))
    resume(duty=duty, actor=system_actor(), at=noon(resumed_on))
    assert duty.due_on == due_on
    assert days_left(duty, resumed_on) >= 1


def test_a_clock_stands_only_once_and_only_with_a_reason(opened: Opener) -> None:
    duty = opened()
    system = system_actor()
    with pytest.raises(ValidationError, match="补正"):
        pause(duty=duty, reason=" ", actor=system, at=noon(MONDAY))
    with pytest.raises(DutyConflict, match="没有暂停"):
        resume(duty=duty, actor=system, at=noon(MONDAY))
    pause(duty=duty, reason="缺少使用依据", actor=system, at=noon(date(2026, 3, 4)))
    with pytest.raises(DutyConflict, match="正在暂停"):
        pause(duty=duty, reason="缺少使用依据", actor=system, at=noon(date(2026, 3, 4)))
    with pytest.raises(ValidationError, match="不能早于2026-03-04"):
        resume(duty=duty, actor=system, at=noon(MONDAY))
    resume(duty=duty, actor=system, at=noon(date(2026, 3, 6)))
    with pytest.raises(DutyConflict, match="一次性告知"):
        pause(duty=duty, reason="还缺材料", actor=system, at=noon(date(2026, 3, 9)))


def test_a_limit_that_knows_no_pause_runs_on(opened: Opener) -> None:
    with pytest.raises(ValidationError, match="不能暂停"):
        pause(duty=opened("deliver"), reason="等待", actor=system_actor(), at=noon(MONDAY))


# --- ending ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done_on", "state", "late", "breached_on"),
    [
        (MONDAY, DutyState.DONE, 0, None),
        (DUE, DutyState.DONE, 0, None),
        (date(2026, 3, 17), DutyState.LATE, 1, date(2026, 3, 17)),
        (date(2026, 3, 21), DutyState.LATE, 5, date(2026, 3, 17)),  # a Saturday
    ],
)
def test_fulfilment_says_how_late_it_was(
    opened: Opener, done_on: date, state: DutyState, late: int, breached_on: date | None
) -> None:
    duty = opened()
    fulfil(duty=duty, actor=system_actor(), at=noon(done_on))
    duty.refresh_from_db()
    assert (state_of(duty), duty.late_days, duty.breached_on) == (state, late, breached_on)
    assert days_left(duty) == -late


def test_what_is_answered_while_the_clock_stands_is_in_time(opened: Opener) -> None:
    duty = opened()
    pause(duty=duty, reason="缺少使用依据", actor=system_actor(), at=noon(date(2026, 3, 5)))
    fulfil(duty=duty, actor=system_actor(), at=noon(date(2026, 5, 20)))
    assert state_of(duty) == DutyState.DONE


def test_a_cancelled_duty_keeps_its_breach(opened: Opener) -> None:
    in_time, late = opened(), opened()
    cancel(duty=in_time, reason="申请已撤回", actor=system_actor(), at=noon(DUE))
    cancel(duty=late, reason="申请已撤回", actor=system_actor(), at=noon(date(2026, 3, 18)))
    assert (in_time.breached_on, late.breached_on) == (None, date(2026, 3, 17))
    assert state_of(late) == DutyState.CANCELLED


def test_an_ended_duty_stays_ended(opened: Opener, world: World) -> None:
    system, at = system_actor(), noon(date(2026, 3, 4))
    done, cancelled = opened(), opened()
    fulfil(duty=done, actor=system, at=at)
    with pytest.raises(ValidationError, match="撤销事由"):
        cancel(duty=cancelled, reason="", actor=system, at=at)
    cancel(duty=cancelled, reason="申请已撤回", actor=system, at=at)
    for duty in (done, cancelled):
        with pytest.raises(DutyConflict):
            fulfil(duty=duty, actor=system, at=at)
        with pytest.raises(DutyConflict):
            cancel(duty=duty, reason="重复", actor=system, at=at)
        with pytest.raises(DutyConflict):
            pause(duty=duty, reason="缺材料", actor=system, at=at)
        with pytest.raises(DutyConflict):
            resume(duty=duty, actor=system, at=at)
        with pytest.raises(DutyConflict):
            extend(duty=duty, days=1, reason="核对", actor=system, consented_by=world.bureau, at=at)


def test_nothing_is_done_before_it_was_received(opened: Opener) -> None:
    with pytest.raises(ValidationError, match="不能早于2026-03-02"):
        fulfil(duty=opened(), actor=system_actor(), at=noon(date(2026, 3, 1)))


# --- the table itself -----------------------------------------------------------------------------


def test_the_database_refuses_to_remove_a_duty(opened: Opener) -> None:
    duty = opened()
    with pytest.raises(DatabaseError, match="duties are kept"), transaction.atomic():
        duty.delete()
    assert Duty.objects.filter(pk=duty.pk).exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"fulfilled_at": noon(MONDAY), "cancelled_at": noon(MONDAY)},
        {"extended_days": 3},
        {"resumed_on": MONDAY},
        {"paused_on": DUE, "resumed_on": MONDAY},
        {"due_on": MONDAY},
    ],
    ids=",".join,
)
def test_the_database_refuses_what_cannot_be(opened: Opener, broken: dict[str, object]) -> None:
    duty = opened()
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.filter(pk=duty.pk).update(**broken)


def test_the_most_urgent_duty_of_each_object(opened: Opener) -> None:
    one, other, free = some_subject(), some_subject(), some_subject()
    opened("deliver", subject=one)
    urgent = opened("reply_unconditional", subject=one)
    only = opened(subject=other)
    assert open_by_subject([one, other, free]) == {one.pk: urgent, other.pk: only}
    assert open_by_subject([]) == {}
