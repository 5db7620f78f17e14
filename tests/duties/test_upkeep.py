"""Announcing a year, recomputing, marking breaches, handing over: from the rows alone."""

from collections.abc import Callable
from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from citybrain.administration.services.succession import take_over
from citybrain.audit.models import AuditRecord
from citybrain.duties import seed
from citybrain.duties.calendar import SpecialDay
from citybrain.duties.loader import current_calendar
from citybrain.duties.models import CalendarDay, CalendarYear, Duty
from citybrain.duties.services import (
    announce_year,
    extend,
    fulfil,
    mark_breaches,
    pause,
    recompute,
    resume,
)
from citybrain.organizations.actors import Actor, system_actor
from tests.duties import oracle
from tests.duties.conftest import Opener, noon
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db

OFF, WORKED = False, True
SOURCE = "国务院办公厅关于2027年部分节假日安排的通知（测试）"
# Made up for these tests; the notice for 2027 is not known.
NOTICE_2027 = {
    **{date(2027, 1, day): SpecialDay(OFF, "元旦") for day in (1, 2, 3, 4)},
    **{date(2027, 2, day): SpecialDay(OFF, "春节") for day in range(5, 14)},
    date(2026, 12, 31): SpecialDay(OFF, "元旦"),
    date(2027, 1, 9): SpecialDay(WORKED, "调休上班"),
    date(2027, 2, 20): SpecialDay(WORKED, "调休上班"),
    date(2027, 4, 5): SpecialDay(OFF, "清明节"),
    **{date(2027, 5, day): SpecialDay(OFF, "劳动节") for day in (1, 2, 3, 4, 5)},
    date(2027, 6, 9): SpecialDay(OFF, "端午节"),
    date(2027, 9, 15): SpecialDay(OFF, "中秋节"),
    **{date(2027, 10, day): SpecialDay(OFF, "国庆节") for day in range(1, 8)},
}


def worked_under_notice(day: date) -> bool:
    if day in NOTICE_2027:
        return NOTICE_2027[day].working
    return day.weekday() < 5 if day.year == 2027 else oracle.worked(day)


Announce = Callable[..., object]


@pytest.fixture
def coordinator(world: World) -> Actor:
    return actor_of(world.coordinator)


def announce(actor: Actor, **changes: object) -> object:
    values: dict[str, object] = {"year": 2027, "days": NOTICE_2027, "source": SOURCE}
    return announce_year(actor=actor, **(values | changes))  # type: ignore[arg-type]


# --- the seed -------------------------------------------------------------------------------------


def test_the_known_years_are_there_from_the_start() -> None:
    assert list(CalendarYear.objects.values_list("year", flat=True)) == [2024, 2025, 2026]
    calendar = current_calendar()
    assert len(calendar.working_days_of(2026)) == 248
    assert calendar.announced == {2024, 2025, 2026}


def test_seeding_again_touches_nothing_that_is_there(coordinator: Actor) -> None:
    announce(coordinator, year=2026, days={date(2026, 1, 1): SpecialDay(OFF, "元旦")})
    seed.after_migrate(using="default")
    assert CalendarDay.objects.filter(year=2026).count() == 1


# --- announcing -----------------------------------------------------------------------------------


def test_an_announced_year_settles_the_provisional_duties(
    opened: Opener, coordinator: Actor, world: World
) -> None:
    start = date(2026, 12, 28)
    crossing, within = opened(starts_on=start), opened(starts_on=date(2026, 11, 2))
    later = opened(starts_on=date(2027, 1, 25))
    assert (crossing.provisional, within.provisional, later.provisional) == (True, False, True)

    done = announce(coordinator)

    for duty in (crossing, within, later):
        duty.refresh_from_db()
        assert not duty.provisional
        assert duty.due_on == oracle.last_day(duty.starts_on, 10, is_working=worked_under_notice)
    assert {change.duty.pk for change in done.changes} == {crossing.pk, later.pk}  # type: ignore[attr-defined]
    assert done.forgotten == []  # type: ignore[attr-defined]
    entry = AuditRecord.objects.get(verb="duties.recomputed", subject_id=crossing.pk)
    assert entry.actor == world.coordinator
    assert entry.data["new"] == crossing.due_on.isoformat()
    announced = AuditRecord.objects.get(verb="duties.calendar_announced")
    assert "2027-02-20 班 调休上班" in announced.data["after"]


def test_pauses_and_extensions_are_counted_anew(
    opened: Opener, coordinator: Actor, world: World
) -> None:
    duty = opened(starts_on=date(2026, 12, 21))
    system = system_actor()
    pause(duty=duty, reason="缺材料", actor=system, at=noon(date(2026, 12, 23)))
    resume(duty=duty, actor=system, at=noon(date(2027, 1, 6)))
    extend(
        duty=duty,
        days=7,
        reason="核对",
        actor=system,
        consented_by=world.bureau,
        at=noon(date(2027, 1, 11)),
    )
    announce(coordinator)
    duty.refresh_from_db()
    assert duty.due_on == oracle.last_day(
        date(2026, 12, 21),
        17,
        stood=(date(2026, 12, 23), date(2027, 1, 6)),
        is_working=worked_under_notice,
    )


def test_a_notice_changed_within_the_year_takes_the_place_of_the_first(
    opened: Opener, coordinator: Actor
) -> None:
    duty = opened(starts_on=date(2026, 4, 29))
    days = dict(CalendarDay.objects.filter(year=2026).values_list("date", "working"))
    changed = {day: SpecialDay(working, "放假") for day, working in days.items()}
    changed[date(2026, 5, 6)] = SpecialDay(OFF, "劳动节")
    del changed[date(2026, 5, 9)]  # no longer worked
    old = duty.due_on
    announce(
        coordinator, year=2026, days=changed, source="国务院办公厅关于调整放假安排的通知（测试）"
    )
    duty.refresh_from_db()
    assert oracle.working_days(old, duty.due_on) == 2
    announce(coordinator, year=2026, days=changed)
    assert recompute(actor=coordinator) == []


def test_a_breach_by_a_provisional_last_day_falls_with_it(
    opened: Opener, coordinator: Actor
) -> None:
    duty = opened(starts_on=date(2027, 1, 25))
    assert duty.due_on == date(2027, 2, 12)
    assert mark_breaches(date(2027, 2, 13)) == [duty]
    announce_year(year=2027, days=NOTICE_2027, source=SOURCE, actor=coordinator)
    assert recompute(actor=coordinator, today=date(2027, 2, 13)) == []
    duty.refresh_from_db()
    assert duty.due_on == date(2027, 2, 16)
    assert duty.breached_on is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": " "}, "标题和文号"),
        ({"days": {}}, "没有任何休息日"),
        ({"year": 1999}, "2000至2100"),
        ({"days": NOTICE_2027 | {date(2028, 1, 1): SpecialDay(OFF, "元旦")}}, "2028-01-01"),
        ({"days": NOTICE_2027 | {date(2026, 11, 30): SpecialDay(OFF, "元旦")}}, "2026-11-30"),
        ({"days": NOTICE_2027 | {date(2027, 3, 1): SpecialDay(WORKED, "班")}}, "本来就是工作日"),
        ({"days": NOTICE_2027 | {date(2027, 3, 1): SpecialDay(OFF, "")}}, "节日名称"),
    ],
)
def test_a_faulty_notice_changes_nothing(
    coordinator: Actor, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        announce(coordinator, **changes)
    assert not CalendarYear.objects.filter(year__gt=2026).exists()
    assert 2027 not in current_calendar().announced


def test_a_day_belongs_to_one_notice(coordinator: Actor) -> None:
    announce(coordinator)
    taken = {date(2026, 12, 31): SpecialDay(OFF, "元旦"), date(2026, 1, 1): SpecialDay(OFF, "元旦")}
    with pytest.raises(ValidationError, match="已由2027年的通知规定"):
        announce(coordinator, year=2026, days=taken)


def test_only_the_calendars_keeper_announces(world: World) -> None:
    for person in (world.approver, world.police_head, world.auditor):
        with pytest.raises(PermissionDenied):
            announce(actor_of(person))


def test_a_forgotten_statutory_holiday_is_named(coordinator: Actor) -> None:
    days = {day: special for day, special in NOTICE_2027.items() if day != date(2027, 6, 9)}
    done = announce(coordinator, days=days)
    assert done.forgotten == [(date(2027, 6, 9), "端午节")]  # type: ignore[attr-defined]


# --- the calendar of the process ------------------------------------------------------------------


def test_an_undone_announcement_leaves_no_trace_in_the_process(coordinator: Actor) -> None:
    with transaction.atomic():
        announce(coordinator)
        assert 2027 in current_calendar().announced
        transaction.set_rollback(True)
    assert 2027 not in current_calendar().announced


def test_an_unchanged_calendar_costs_one_small_query(world: World) -> None:
    before = current_calendar()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert current_calendar() is before
    assert len(queries) == 1


def test_another_process_sees_an_announcement(coordinator: Actor) -> None:
    before = current_calendar()
    announce(coordinator)
    CalendarYear.objects.filter(year=2026).update(source="他处更新")
    assert current_calendar() is not before
    after = current_calendar()
    # Another process gives a year a new stamp; nothing tells this one but the table.
    CalendarDay.objects.filter(date=date(2027, 1, 9)).delete()
    CalendarYear.objects.filter(year=2027).update(stamp="00000000-0000-4000-8000-000000000001")
    assert current_calendar() is not after
    assert not current_calendar().is_working(date(2027, 1, 9))


# --- the command ----------------------------------------------------------------------------------


def test_the_command_lists_what_changed_and_then_nothing(opened: Opener) -> None:
    duty, untouched = opened(starts_on=date(2026, 9, 28)), opened(starts_on=date(2026, 6, 1))
    CalendarDay.objects.filter(date=date(2026, 10, 10)).delete()
    CalendarYear.objects.filter(year=2026).update(stamp="00000000-0000-4000-8000-000000000002")

    def run(*arguments: str) -> str:
        out = StringIO()
        call_command("recompute_duties", *arguments, stdout=out)
        return out.getvalue()

    assert "共更新 0 项" in run("--year", "2024")
    first = run("--year", "2026")
    assert f"#{duty.pk} " in first
    assert "2026-10-16 → 2026-10-19" in first
    assert f"#{untouched.pk} " not in first
    assert run() == "共更新 0 项时限。\n"
    assert AuditRecord.objects.filter(verb="duties.recomputed").count() == 1


# --- breaches -------------------------------------------------------------------------------------


def test_breaches_are_marked_once_and_on_record(opened: Opener) -> None:
    overdue, _running, paused = opened(), opened(starts_on=date(2026, 3, 20)), opened()
    pause(duty=paused, reason="缺材料", actor=system_actor(), at=noon(date(2026, 3, 3)))
    done = opened()
    fulfil(duty=done, actor=system_actor(), at=noon(date(2026, 3, 3)))
    assert mark_breaches(date(2026, 3, 16)) == []
    assert mark_breaches(date(2026, 3, 17)) == [overdue]
    assert mark_breaches(date(2026, 3, 18)) == []
    overdue.refresh_from_db()
    assert overdue.breached_on == date(2026, 3, 17)
    rows = AuditRecord.objects.filter(verb="duties.breached")
    assert [entry.subject_id for entry in rows] == [overdue.pk]
    assert not Duty.objects.exclude(pk=overdue.pk).filter(breached_on__isnull=False).exists()


def test_the_scan_puts_right_a_duty_opened_while_a_year_was_announced(opened: Opener) -> None:
    duty = opened()
    Duty.objects.filter(pk=duty.pk).update(
        due_on=date(2026, 3, 13), original_due_on=date(2026, 3, 13)
    )
    assert mark_breaches(date(2026, 3, 14)) == []
    duty.refresh_from_db()
    assert duty.due_on == date(2026, 3, 16)


def test_a_merged_departments_open_duties_pass_to_its_successor(
    opened: Opener, world: World
) -> None:
    owed, asked = opened(), opened(department=world.water, for_department=world.police)
    ended = opened()
    fulfil(duty=ended, actor=system_actor(), at=noon(date(2026, 3, 3)))
    take_over(system_actor(), world.police, world.cyberspace, date(2026, 3, 3))
    for duty in (owed, asked, ended):
        duty.refresh_from_db()
    assert owed.department == asked.for_department == world.cyberspace
    assert ended.department == world.police
    rows = AuditRecord.objects.filter(verb="duties.handed_over")
    assert [entry.subject_id for entry in rows] == [owed.pk]
