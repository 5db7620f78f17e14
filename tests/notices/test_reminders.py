"""Reminders of deadlines: the right stage on the right day, to the right people, never twice."""

import threading
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from citybrain.duties import services as duties
from citybrain.duties.calendar import SpecialDay
from citybrain.duties.loader import current_calendar
from citybrain.duties.models import Duty
from citybrain.duties.services import announce_year
from citybrain.notices.choices import Stage
from citybrain.notices.models import Notice, Reminder
from citybrain.notices.services import remind, reminder
from citybrain.notices.services.reminder import stage_of
from citybrain.organizations.actors import system_actor
from citybrain.organizations.models import User
from tests import scenes
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def a_duty(world: World, rule: str = "reply_conditional", on: date = date(2026, 3, 2)) -> Duty:
    """A duty of the police department about itself, received on `on` at noon."""
    return duties.open_duty(
        rule=rule,
        subject=world.police,
        department=world.police,
        actor=system_actor(),
        at=timezone.make_aware(datetime(on.year, on.month, on.day, 12)),
    )


def reminded() -> set[tuple[str, str]]:
    notices = Notice.objects.filter(kind__startswith="duties.")
    return set(notices.values_list("recipient__username", "kind"))


def stages() -> list[int]:
    return list(Reminder.objects.order_by("id").values_list("stage", flat=True))


def test_each_stage_comes_on_its_day_and_once(world: World) -> None:
    duty = a_duty(world)
    assert duty.due_on == date(2026, 3, 16)
    sent = {}
    day = date(2026, 3, 2)
    while day <= date(2026, 3, 20):
        for _ in range(3):
            count = remind(day)
            if count:
                sent[day] = sent.get(day, 0) + count
        day += timedelta(days=1)
    # A Wednesday and a Friday before the Monday on which it is due, and the day after.
    assert sent == {date(2026, 3, 11): 1, date(2026, 3, 13): 1, date(2026, 3, 17): 1}
    assert stages() == [Stage.BEFORE_3, Stage.BEFORE_1, Stage.BREACH]


@pytest.mark.parametrize(
    ("received", "due", "days"),
    [
        # National Day: off from 1 to 7 October 2026, worked on Saturday 10 October.
        ("2026-09-18", "2026-10-09", ["2026-09-29", "2026-10-08", "2026-10-10"]),
        # Spring Festival: off from 15 to 23 February, worked on Saturdays 14 and 28 February.
        ("2026-02-12", "2026-03-04", ["2026-02-28", "2026-03-03", "2026-03-05"]),
        # Across New Year.
        ("2025-12-19", "2026-01-05", ["2025-12-30", "2026-01-04", "2026-01-06"]),
    ],
)
def test_stages_are_counted_in_working_days_around_holidays(
    world: World, received: str, due: str, days: list[str]
) -> None:
    duty = a_duty(world, on=date.fromisoformat(received))
    assert duty.due_on.isoformat() == due
    calendar = current_calendar()
    reached: dict[Stage, str] = {}
    day = duty.starts_on
    while day <= duty.due_on + timedelta(days=3):
        stage = stage_of(duty, day, calendar)
        if stage is not None:
            reached.setdefault(stage, day.isoformat())
        day += timedelta(days=1)
    assert reached == dict(zip((Stage.BEFORE_3, Stage.BEFORE_1, Stage.BREACH), days, strict=True))


def test_a_short_duty_is_not_reminded_of_a_stage_that_never_was(world: World) -> None:
    duty = a_duty(world, rule="review_catalog", on=date(2026, 3, 6))
    assert duty.due_on == date(2026, 3, 10)
    assert [remind(date(2026, 3, day)) for day in (6, 7, 8, 9, 10, 11)] == [0, 0, 0, 1, 0, 1]
    assert stages() == [Stage.BEFORE_1, Stage.BREACH]


@pytest.mark.parametrize(
    ("run_on", "stage"),
    [
        (date(2026, 3, 14), Stage.BEFORE_1),
        (date(2026, 3, 16), Stage.BEFORE_1),
        (date(2026, 3, 30), Stage.BREACH),
    ],
)
def test_after_missed_runs_only_the_most_urgent_stage_is_sent(
    world: World, run_on: date, stage: Stage
) -> None:
    a_duty(world)
    assert remind(run_on) == 1
    assert remind(run_on) == 0
    assert stages() == [stage]
    assert Notice.objects.filter(recipient=world.police_head).count() == 1


def test_the_title_says_how_long_is_left(world: World) -> None:
    a_duty(world)
    remind(date(2026, 3, 11))
    title = Notice.objects.filter(recipient=world.police_head).latest("id").title
    assert title == "“答复有条件共享申请”将于2026年3月16日到期，剩余3个工作日：市公安局"


def test_the_title_says_that_today_is_the_day(world: World) -> None:
    a_duty(world)
    remind(date(2026, 3, 16))
    assert "今日到期" in Notice.objects.get(recipient=world.police_head).title


def test_ended_and_paused_duties_are_not_reminded_of(world: World) -> None:
    done = a_duty(world)
    duties.fulfil(duty=done, actor=system_actor(), at=done.opened_at + timedelta(days=1))
    paused = a_duty(world)
    duties.pause(
        duty=paused,
        actor=system_actor(),
        reason="请补充使用依据",
        at=paused.opened_at + timedelta(days=1),
    )
    assert remind(date(2026, 3, 13)) == 0
    assert remind(date(2026, 3, 30)) == 0
    assert not Notice.objects.exists()


def test_an_extended_duty_is_reminded_of_again_before_its_new_date(world: World) -> None:
    duty = a_duty(world)
    assert remind(date(2026, 3, 13)) == 1
    duties.extend(
        duty=duty,
        days=5,
        reason="需要征求上级部门意见",
        actor=system_actor(),
        consented_by=world.bureau,
        at=timezone.make_aware(datetime(2026, 3, 13, 15)),
    )
    duty.refresh_from_db()
    assert duty.due_on == date(2026, 3, 23)
    assert remind(date(2026, 3, 16)) == 0
    assert remind(date(2026, 3, 20)) == 1
    assert stages() == [Stage.BEFORE_1, Stage.BEFORE_1]


def test_reminders_go_to_those_who_can_do_it(world: World) -> None:
    with time_machine.travel("2026-03-02T09:00:00+08:00", tick=False):
        scenes.a_signed_entry(world)
    remind(date(2026, 3, 3))
    assert reminded() == {("approver", Stage.BEFORE_1.kind)}


def test_without_a_known_doer_everyone_with_a_role_there_is_told(world: World) -> None:
    a_duty(world)
    remind(date(2026, 3, 11))
    kind = Stage.BEFORE_3.kind
    assert reminded() == {
        ("police_cataloguer", kind),
        ("police_head", kind),
        ("police_security", kind),
    }


def test_a_department_that_lost_its_only_doer_still_hears(world: World) -> None:
    with time_machine.travel("2026-03-02T09:00:00+08:00", tick=False):
        scenes.a_submitted_entry(world)
    User.objects.filter(pk=world.police_head.pk).update(is_active=False)
    remind(date(2026, 3, 3))
    assert {name for name, _kind in reminded()} == {"police_cataloguer", "police_security"}


def test_a_breach_of_law_reaches_the_bureaus_coordinators(world: World) -> None:
    a_duty(world)
    remind(date(2026, 3, 17))
    kind = Stage.BREACH.kind
    assert reminded() == {
        ("police_cataloguer", kind),
        ("police_head", kind),
        ("police_security", kind),
        ("coordinator", kind),
    }
    notice = Notice.objects.get(recipient=world.coordinator)
    assert notice.title.startswith("市公安局“答复有条件共享申请”")
    assert notice.subject_type == "duties.Duty"
    assert Duty.objects.get().breached_on == date(2026, 3, 17)


def test_a_breach_of_the_portals_own_limit_stays_in_the_department(world: World) -> None:
    a_duty(world, rule="internal_signoff")
    remind(date(2026, 3, 17))
    assert {name for name, _kind in reminded()} == {
        "police_cataloguer",
        "police_head",
        "police_security",
    }


def test_no_other_department_hears_of_a_deadline(world: World) -> None:
    a_duty(world)
    for day in (11, 13, 17):
        remind(date(2026, 3, day))
    outside = Notice.objects.exclude(recipient__department__in=[world.police, world.bureau])
    assert not outside.exists()


def test_one_duty_that_cannot_be_told_does_not_stop_the_others(world: World, monkeypatch) -> None:
    broken, fine = a_duty(world), a_duty(world, rule="deliver", on=date(2026, 2, 13))
    right = reminder._subject_of

    def fail(duty: Duty) -> object:
        if duty.pk == broken.pk:
            raise LookupError
        return right(duty)

    day = max(broken.due_on, fine.due_on) + timedelta(days=1)
    with monkeypatch.context() as patch:
        patch.setattr(reminder, "_subject_of", fail)
        assert remind(day) == 1
    assert list(Reminder.objects.values_list("duty_id", flat=True)) == [fine.pk]
    assert remind(day) == 1, "the failed one is tried again"


def test_a_recomputed_due_date_is_followed(world: World) -> None:
    """2027 is not announced: when it is, and the date moves, the reminder follows the new date."""
    duty = a_duty(world, on=date(2026, 12, 25))
    assert duty.provisional
    announce_year(
        actor=actor_of(world.coordinator),
        year=2027,
        source="国务院办公厅关于2027年部分节假日安排的通知",
        days={date(2027, 1, day): SpecialDay(False, "元旦") for day in range(1, 8)},
    )
    duty.refresh_from_db()
    assert not duty.provisional
    calendar = current_calendar()
    day = duty.starts_on
    while stage_of(duty, day, calendar) != Stage.BEFORE_3:
        day += timedelta(days=1)
    assert remind(day - timedelta(days=1)) == 0
    assert remind(day) == 1


def in_parallel(count: int, day: date) -> None:
    start = threading.Barrier(count)

    def work() -> None:
        start.wait()
        try:
            remind(day)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_parallel_runs_remind_once(world: World) -> None:
    for rule in ("reply_conditional", "correct"):
        a_duty(world, rule=rule)
    in_parallel(4, date(2026, 3, 13))
    assert Reminder.objects.count() == 2
    assert Notice.objects.filter(recipient=world.police_head).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_parallel_runs_would_remind_twice_without_the_unique_row(world: World, monkeypatch) -> None:
    """The negative control: the test above can fail."""
    a_duty(world)
    meet = threading.Barrier(4, timeout=10)

    def everyone_is_first(*args: object) -> bool:
        meet.wait()
        return True

    monkeypatch.setattr(reminder, "_first_time", everyone_is_first)
    in_parallel(4, date(2026, 3, 13))
    assert Notice.objects.filter(recipient=world.police_head).count() == 4
