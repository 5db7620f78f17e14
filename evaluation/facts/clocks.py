"""Statutory clocks opened in a period, each judged as it stood at the period's instant."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

from django.db.models import Count, Q, QuerySet

from citybrain.duties.calendar import working_days_late
from citybrain.duties.loader import current_calendar
from citybrain.duties.models import Duty
from citybrain.duties.rules import RULES, DutyRule
from evaluation.facts.departments import Departments
from evaluation.facts.owners import owner_then
from evaluation.facts.period import Period, local_day
from evaluation.report.facts_schema import BreachRow, DutyCounts, DutyRuleRow

STATUTORY: tuple[DutyRule, ...] = tuple(rule for rule in RULES.values() if rule.statutory)
STATUTORY_CODES = tuple(rule.code for rule in STATUTORY)
NOTHING = DutyCounts(opened=0, in_time=0, late=0, overdue=0, running=0)


@dataclass(frozen=True)
class Clocks:
    """The duties of one department under one rule."""

    rule: str
    department_id: int
    counts: DutyCounts


def opened(period: Period, rules: Collection[str] = STATUTORY_CODES) -> "QuerySet[Any]":
    """Duties received in the period and on record at its instant, by who owed them then.

    `owner` is the department that owed the duty then: a later merger hands open duties over, and
    that is undone.
    """
    duties = Duty.objects.filter(
        rule__in=rules,
        starts_on__range=(period.first_day, period.last_day),
        opened_at__lt=period.compiled_at,
    )
    return duties.annotate(owner=owner_then(period, Duty)).order_by()


def judgement(period: Period) -> dict[str, Q]:
    """How a duty stood at the instant, one condition a kind; none holds for one cancelled in time.

    What is extended, paused or resumed later was not overdue before, so the present due date
    answers for the instant as well. A breach stays one although the duty was cancelled afterwards.
    """
    at, day = period.compiled_at, period.day_after
    fulfilled, cancelled = Q(fulfilled_at__lt=at), Q(cancelled_at__lt=at)
    breached = Q(breached_on__isnull=False)
    paused = Q(paused_on__lt=day) & (Q(resumed_on__isnull=True) | Q(resumed_on__gte=day))
    open_ = ~fulfilled & ~cancelled
    lapsed = Q(due_on__lt=day) & ~paused
    return {
        "in_time": fulfilled & ~breached,
        "late": fulfilled & breached,
        "overdue": (open_ & lapsed) | (cancelled & breached),
        "running": open_ & ~lapsed,
    }


def counted(period: Period, rules: Collection[str] | None = None) -> list[Clocks]:
    """Counts of statutory duties by rule and by the department that owed them at the instant."""
    return by_owner(period, opened(period, STATUTORY_CODES if rules is None else rules))


def by_owner(period: Period, duties: "QuerySet[Any]") -> list[Clocks]:
    """Counts of `duties`, which come from `opened`."""
    kinds = {name: Count("pk", filter=kind) for name, kind in judgement(period).items()}
    rows = duties.values("rule", "owner").annotate(**kinds)
    return [
        Clocks(row["rule"], row["owner"], DutyCounts(opened=sum(found.values()), **found))
        for row in rows
        if any((found := {name: row[name] for name in kinds}).values())
    ]


def total(parts: Collection[DutyCounts]) -> DutyCounts:
    """The sum of the parts."""
    return reduce(_add, parts, NOTHING)


def by_rule(clocks: Collection[Clocks]) -> tuple[DutyRuleRow, ...]:
    """One line for each statutory rule, in the order of the rules."""
    found: dict[str, list[DutyCounts]] = defaultdict(list)
    for clock in clocks:
        found[clock.rule].append(clock.counts)
    return tuple(
        DutyRuleRow(
            code=rule.code,
            title=str(rule.label),
            article=rule.basis,
            limit=f"{rule.days}个工作日",
            counts=total(found[rule.code]),
        )
        for rule in STATUTORY
    )


def breaches(period: Period, departments: Departments) -> tuple[BreachRow, ...]:
    """Every duty that was not fulfilled within its limit, by department and due date."""
    kinds = judgement(period)
    rows = opened(period).filter(kinds["late"] | kinds["overdue"])
    order = {one.pk: place for place, one in enumerate(departments.evaluated)}
    calendar = current_calendar()
    found = []
    for duty in rows:
        holder = departments.holder(duty.owner)
        ended = _ended(duty, period)
        days = working_days_late(duty.due_on, ended or period.day_after, calendar)
        fulfilled = ended if duty.fulfilled_at is not None else None
        rule = duty.definition
        breach = BreachRow(
            rule=str(rule.label),
            article=rule.basis,
            department=departments.short_name(duty.owner),
            subject=duty.subject_text,
            due_on=duty.due_on.isoformat(),
            fulfilled_on=fulfilled.isoformat() if fulfilled else None,
            days_late=days,
        )
        place = order.get(holder, len(order)) if holder is not None else len(order)
        found.append(((place, duty.due_on, duty.pk), breach))
    return tuple(breach for _place, breach in sorted(found, key=lambda pair: pair[0]))


def _ended(duty: Duty, period: Period) -> date | None:
    """When it was fulfilled or cancelled, if that was before the instant."""
    ended = duty.fulfilled_at or duty.cancelled_at
    return local_day(ended) if ended is not None and ended < period.compiled_at else None


def _add(one: DutyCounts, other: DutyCounts) -> DutyCounts:
    return DutyCounts(
        opened=one.opened + other.opened,
        in_time=one.in_time + other.in_time,
        late=one.late + other.late,
        overdue=one.overdue + other.overdue,
        running=one.running + other.running,
    )
