"""Any order of opening, extending, pausing, resuming and ending keeps to the rules.

Hypothesis drives the real services and the database; a day-by-day model says what must hold.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from citybrain.audit.models import AuditRecord
from citybrain.duties import services
from citybrain.duties.choices import DutyState
from citybrain.duties.models import Duty
from citybrain.duties.queries import days_left, in_state, state_of
from citybrain.duties.rules import RULES
from citybrain.organizations.actors import system_actor
from citybrain.refusals import Conflict
from tests.duties import oracle
from tests.duties.conftest import noon, some_subject
from tests.personas import World

pytestmark = pytest.mark.django_db


class Life(RuleBasedStateMachine):
    """One duty from its opening on, and what is known of it from outside."""

    world: World

    @initialize(
        code=st.sampled_from(sorted(RULES)),
        start=st.dates(date(2024, 1, 1), date(2026, 5, 31)),
    )
    def open(self, code: str, start: date) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.rule = RULES[code]
        self.start = self.today = start
        self.extension = 0
        self.stood: list[date] = []
        self.ended = ""
        self.moves = 1
        self.subject = some_subject()
        self.duty = self._open()

    def _open(self) -> Duty:
        return services.open_duty(
            rule=self.rule.code,
            subject=self.subject,
            department=self.world.police,
            actor=system_actor(),
            starts_on=self.start,
            at=noon(self.today),
        )

    @property
    def due(self) -> date:
        stood = (self.stood[0], self.stood[1]) if len(self.stood) == 2 else None
        return oracle.last_day(self.start, self.rule.days + self.extension, stood=stood)

    @property
    def paused(self) -> bool:
        return not self.ended and len(self.stood) == 1

    @property
    def ticking(self) -> bool:
        return not self.ended and not self.paused and self.today <= self.due

    @contextmanager
    def _expect(self, *, allowed: bool) -> Iterator[None]:
        if allowed:
            yield
            self.moves += 1
        else:
            with pytest.raises((Conflict, ValidationError)):
                yield

    @rule(days=st.integers(0, 12))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(days=st.integers(0, 12))
    def extend(self, days: int) -> None:
        allowed = self.ticking and not self.extension and 1 <= days <= self.rule.extension_days
        with self._expect(allowed=allowed):
            services.extend(
                duty=self.duty,
                days=days,
                reason="核对",
                actor=system_actor(),
                consented_by=self.world.bureau,
                at=noon(self.today),
            )
        if allowed:
            self.extension = days

    @rule()
    def pause(self) -> None:
        allowed = self.ticking and not self.stood and self.rule.pausable
        with self._expect(allowed=allowed):
            services.pause(
                duty=self.duty, actor=system_actor(), reason="缺材料", at=noon(self.today)
            )
        if allowed:
            self.stood.append(self.today)

    @rule()
    def resume(self) -> None:
        allowed = self.paused
        with self._expect(allowed=allowed):
            services.resume(duty=self.duty, actor=system_actor(), at=noon(self.today))
        if allowed:
            self.stood.append(self.today)

    @rule()
    def open_again(self) -> None:
        if not self.ended:
            with self._expect(allowed=False):
                self._open()

    @precondition(lambda self: not self.ended)
    @rule(cancelled=st.booleans())
    def end(self, cancelled: bool) -> None:
        late = not self.paused and self.today > self.due
        with self._expect(allowed=True):
            if cancelled:
                services.cancel(
                    duty=self.duty, actor=system_actor(), reason="撤回", at=noon(self.today)
                )
            else:
                services.fulfil(duty=self.duty, actor=system_actor(), at=noon(self.today))
        self.ended = "cancelled" if cancelled else "late" if late else "done"
        self.lateness = oracle.working_days(self.due, self.today) if late else 0

    @precondition(lambda self: self.ended)
    @rule()
    def end_again(self) -> None:
        with self._expect(allowed=False):
            services.fulfil(duty=self.duty, actor=system_actor(), at=noon(self.today))

    @invariant()
    def the_row_says_what_the_model_says(self) -> None:
        if not hasattr(self, "duty"):
            return
        stored = Duty.objects.get(pk=self.duty.pk)
        assert stored.due_on == self.duty.due_on == self.due
        assert stored.original_due_on == oracle.last_day(self.start, self.rule.days)
        assert state_of(stored, self.today) == self._state()
        if not self.ended:
            before_pause = (
                max(self.stood[0] - timedelta(days=1), self.start) if self.stood else None
            )
            day = before_pause if self.paused and before_pause else self.today
            if day <= self.due:
                assert days_left(stored, self.today) == oracle.working_days(day, self.due)
            else:
                assert days_left(stored, self.today) <= -max(
                    1, oracle.working_days(self.due, self.today)
                )
        elif self.ended == "late":
            assert stored.late_days in {self.lateness, self.lateness + 1}
            assert stored.late_days >= 1
        assert self._listed_under() == [self._state()]
        assert self.moves == AuditRecord.objects.filter(subject_id=stored.pk).count()

    def _listed_under(self) -> list[str]:
        lists = [
            in_state(Duty.objects.filter(pk=self.duty.pk), state, self.today)
            .annotate(listed=Value(state))
            .values_list("listed", flat=True)
            for state in DutyState
        ]
        return list(lists[0].union(*lists[1:], all=True))

    def _state(self) -> DutyState:
        if self.ended:
            return DutyState(self.ended)
        if self.paused:
            return DutyState.PAUSED
        if self.today > self.due:
            return DutyState.OVERDUE
        if self.today == self.due:
            return DutyState.TODAY
        left = oracle.working_days(self.today, self.due)
        return DutyState.SOON if left <= 3 else DutyState.DUE

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)


def test_the_life_of_a_duty(world: World) -> None:
    Life.world = world
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=30,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
