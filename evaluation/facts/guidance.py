"""Guidance and technical support (HK-18): whether the first answer to each question came in time."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from citybrain.duties.models import Duty
from evaluation.facts import clocks
from evaluation.facts.period import Period
from evaluation.report.facts_schema import DutyCounts
from sharing.guidance.transitions import RULE


def first_answers(period: Period) -> list[tuple[int, DutyCounts]]:
    """The first answers owed, by the department that owed them; further questions are not judged."""
    counts = clocks.by_owner(period, asked(period))
    return [(one.department_id, one.counts) for one in counts]


def not_in_time(period: Period, ids: Collection[int]) -> "QuerySet[Any]":
    """Of them those that came late or not at all, of the departments `ids`."""
    kinds = clocks.judgement(period)
    return asked(period).filter(kinds["late"] | kinds["overdue"], owner__in=ids)


def asked(period: Period) -> "QuerySet[Any]":
    earlier = Duty.objects.filter(
        rule=RULE,
        subject_type=OuterRef("subject_type"),
        subject_id=OuterRef("subject_id"),
        pk__lt=OuterRef("pk"),
    )
    return clocks.opened(period, [RULE]).filter(~Exists(earlier))
