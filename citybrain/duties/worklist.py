"""Lines of the worklist for records with a deadline: the most urgent of them."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import TypeVar

from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.db.models.expressions import OrderBy
from django.urls import reverse

from citybrain.duties.models import Duty
from citybrain.duties.queries import open_by_subject
from citybrain.registry import WorkItem

MOST_LISTED = 50  # of one kind; the rest is on the list of its own
Record = TypeVar("Record", bound=Model)


@cache
def _due_of(label: str) -> Subquery:
    """When the most urgent open duty on a record of this model ends; made once for all worklists."""
    duties = Duty.objects.open().filter(subject_type=label, subject_id=OuterRef("pk"))
    return Subquery(duties.order_by("due_on").values("due_on")[:1])


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

    Those without a deadline come last, the oldest first. One query where there is nothing to do,
    as mostly, otherwise three.
    """
    if not rows.exists():
        return []
    first = OrderBy(_due_of(rows.model._meta.label), nulls_last=True)
    found = list(rows.order_by(first, "pk")[:MOST_LISTED])
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
