"""Lines of the worklist for records with a deadline: the most urgent of them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from django.db.models import F, Model, OuterRef, QuerySet, Subquery
from django.urls import reverse

from citybrain.duties.models import Duty
from citybrain.duties.queries import open_by_subject
from citybrain.registry import WorkItem

MOST_LISTED = 50  # of one kind; the rest is on the list of its own
Record = TypeVar("Record", bound=Model)


def lines(
    rows: QuerySet[Record],
    *,
    action: str,
    url_name: str,
    department: Callable[[Record], str],
    since: Callable[[Record], date | datetime | None],
    title: Callable[[Record], str] = str,
) -> list[WorkItem]:
    """What is to be done about `rows`: at most MOST_LISTED, those first whose deadline ends first.

    Those without a deadline come last, the oldest first. Two queries.
    """
    due = Duty.objects.open().filter(subject_type=rows.model._meta.label, subject_id=OuterRef("pk"))
    urgent = rows.annotate(due=Subquery(due.order_by("due_on").values("due_on")[:1]))
    found = list(urgent.order_by(F("due").asc(nulls_last=True), "pk")[:MOST_LISTED])
    duties = open_by_subject(found)
    return [
        WorkItem(
            title=title(row),
            action=action,
            url=reverse(url_name, args=[row.pk]),
            department_name=department(row),
            since=since(row),
            duty=duties.get(row.pk),
        )
        for row in found
    ]
