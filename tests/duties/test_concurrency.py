"""Two people at once, in real transactions of their own: one wins, nothing is lost."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from citybrain.audit.models import AuditRecord
from citybrain.duties.models import Duty
from citybrain.duties.services import (
    DutyConflict,
    extend,
    fulfil,
    mark_breaches,
    open_duty,
)
from citybrain.duties.services import duty as verbs
from citybrain.organizations.actors import system_actor
from citybrain.organizations.models import Department
from tests.duties.conftest import noon, some_subject
from tests.factories.organizations import DepartmentFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

START = date(2026, 3, 2)
PATIENCE = 20  # seconds until a test that hangs fails


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Runs each call in a thread and transaction of its own, all let go together.

    Returns what each returned or raised, in the order given.
    """
    gate = threading.Barrier(len(calls))
    found: list[object] = [None] * len(calls)

    def run(place: int, call: Callable[[], object]) -> None:
        try:
            gate.wait(PATIENCE)
            with transaction.atomic():
                found[place] = call()
        except Exception as error:
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    return found


@pytest.fixture
def bureau() -> Department:
    return DepartmentFactory(competences=["big_data"])


@pytest.fixture
def duty(bureau: Department) -> Duty:
    return open_duty(
        rule="reply_conditional",
        subject=some_subject(),
        department=bureau,
        actor=system_actor(),
        starts_on=START,
        at=noon(START),
    )


def extension(duty: Duty, bureau: Department, days: int) -> Callable[[], Duty]:
    mine = Duty.objects.get(pk=duty.pk)

    def call() -> Duty:
        return extend(
            duty=mine,
            days=days,
            reason="核对",
            actor=system_actor(),
            consented_by=bureau,
            at=noon(START),
        )

    return call


def extensions_on_record(duty: Duty) -> int:
    return AuditRecord.objects.filter(verb="duties.extended", subject_id=duty.pk).count()


def test_of_two_extensions_at_once_one_wins(duty: Duty, bureau: Department) -> None:
    outcomes = at_once(*(extension(duty, bureau, days) for days in (2, 3, 4, 5)))
    assert sum(isinstance(outcome, DutyConflict) for outcome in outcomes) == 3
    assert sum(isinstance(outcome, Duty) for outcome in outcomes) == 1
    assert extensions_on_record(duty) == 1


def test_without_the_lock_both_extensions_would_pass(
    duty: Duty, bureau: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: this is the race that the lock is there for."""
    both_have_read = threading.Barrier(2)

    def unlocked(mine: Duty) -> Duty:
        current = Duty.objects.select_related("department").get(pk=mine.pk)
        both_have_read.wait(PATIENCE)
        return current

    monkeypatch.setattr(verbs, "_locked", unlocked)
    outcomes = at_once(extension(duty, bureau, 2), extension(duty, bureau, 3))
    assert [isinstance(outcome, Duty) for outcome in outcomes] == [True, True]
    assert extensions_on_record(duty) == 2


def test_the_second_waits_for_the_first_and_sees_what_it_did(
    duty: Duty, bureau: Department
) -> None:
    extended, done = threading.Event(), threading.Event()

    def first() -> Duty:
        changed = extension(duty, bureau, 5)()
        extended.set()
        done.wait(0.5)  # the other one is at the row by now, and waits
        return changed

    def second() -> object:
        assert extended.wait(PATIENCE)
        mine = Duty.objects.get(pk=duty.pk)
        assert mine.extended_days == 0
        fulfilled = fulfil(duty=mine, actor=system_actor(), at=noon(date(2026, 3, 20)))
        done.set()
        return fulfilled.late_days

    outcomes = at_once(first, second)
    assert outcomes[1] == 0, "five days more: the twentieth of March is in time"
    stored = Duty.objects.get(pk=duty.pk)
    assert (stored.extended_days, stored.late_days, stored.breached_on) == (5, 0, None)


def test_of_two_openings_at_once_one_wins(bureau: Department) -> None:
    subject = some_subject()

    def call() -> Duty:
        return open_duty(
            rule="deliver",
            subject=subject,
            department=bureau,
            actor=system_actor(),
            starts_on=START,
            at=noon(START),
        )

    outcomes = at_once(call, call, call)
    assert sum(isinstance(outcome, Duty) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, DutyConflict) for outcome in outcomes) == 2
    assert Duty.objects.of(subject).count() == 1
    assert AuditRecord.objects.filter(verb="duties.opened").count() == 1


def test_two_scans_at_once_mark_a_breach_once(duty: Duty) -> None:
    today = date(2026, 4, 1)
    scans: list[Any] = at_once(*(lambda: mark_breaches(today) for _ in range(3)))
    assert sorted(len(found) for found in scans) == [0, 0, 1]
    assert AuditRecord.objects.filter(verb="duties.breached").count() == 1
