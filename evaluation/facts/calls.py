"""The record of calls in a period, added up by the database: there may be millions of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, ExtractMonth
from django.utils import timezone

from catalog.models import CatalogEntry
from citybrain.audit.models import AuditRecord
from evaluation.facts.departments import Departments
from evaluation.facts.entries import published, title_then
from evaluation.facts.owners import owner_then
from evaluation.facts.period import Period
from evaluation.report.facts_schema import CallCounts, NamedCount, ServiceRow
from sharing.choices import Outcome
from sharing.models import InterfaceService, ServiceCall

# The provider's side could not serve; everything else that was not served was refused.
FAILED = (Outcome.NO_DATA, Outcome.UNAVAILABLE, Outcome.FAILED)


@dataclass(frozen=True)
class Exchange:
    """Successful calls of one department's services by another."""

    provider_id: int
    consumer_id: int
    calls: int


@dataclass(frozen=True)
class Calls:
    """All calls of the period by outcome, and by month."""

    by_outcome: dict[str, int]
    by_month: dict[int, int]
    rows_served: int


def calls(period: Period) -> Calls:
    month = ExtractMonth("at", tzinfo=timezone.get_default_timezone())
    rows = _within(period).annotate(month=month).values("month", "outcome")
    by_outcome: dict[str, int] = {}
    by_month: dict[int, int] = {}
    served = 0
    for row in rows.annotate(number=Count("pk"), served=Sum("rows")):
        by_outcome[row["outcome"]] = by_outcome.get(row["outcome"], 0) + row["number"]
        by_month[row["month"]] = by_month.get(row["month"], 0) + row["number"]
        if row["outcome"] == Outcome.SERVED:
            served += row["served"]
    return Calls(by_outcome, by_month, served)


def exchanges(period: Period, departments: Departments) -> list[Exchange]:
    """Who called whom successfully, by who holds the matters of either side.

    What one department calls of its own after a merger is no exchange.
    """
    served = _within(period).filter(outcome=Outcome.SERVED)
    rows = served.values_list("provider_id", "consumer_id").annotate(number=Count("pk"))
    found = []
    for provider, consumer, number in rows:
        pair = departments.holder(provider), departments.holder(consumer)
        if pair[0] is not None and pair[1] is not None and pair[0] != pair[1]:
            found.append(Exchange(pair[0], pair[1], number))
    return found


def call_counts(found: Calls, consumers: Sequence[Exchange]) -> CallCounts:
    by_outcome = found.by_outcome
    total, ok = sum(by_outcome.values()), by_outcome.get(Outcome.SERVED, 0)
    failed = sum(by_outcome.get(outcome, 0) for outcome in FAILED)
    return CallCounts(
        total=total,
        ok=ok,
        refused=total - ok - failed,
        failed=failed,
        rows_served=found.rows_served,
        consumer_departments=len({exchange.consumer_id for exchange in consumers}),
        refused_by_reason=tuple(
            NamedCount(code=outcome.value, name=str(outcome.label), count=by_outcome[outcome])
            for outcome in Outcome
            if outcome in by_outcome and outcome not in (Outcome.SERVED, *FAILED)
        ),
    )


def services(period: Period, departments: Departments) -> tuple[ServiceRow, ...]:
    """The services that were called successfully, most first."""
    served = _within(period).filter(outcome=Outcome.SERVED).values("service_id")
    counted = served.annotate(
        number=Count("pk"), served=Sum("rows"), consumers=Count("consumer", distinct=True)
    )
    calls_of = {row["service_id"]: row for row in counted}
    rows = InterfaceService.objects.filter(pk__in=calls_of).annotate(
        title=title_then(period), owner=owner_then(period, CatalogEntry, path="entry")
    )
    found = [
        ServiceRow(
            code=code,
            name=name,
            department=departments.short_name(department),
            calls=calls_of[pk]["number"],
            rows_served=calls_of[pk]["served"],
            consumer_departments=calls_of[pk]["consumers"],
        )
        for pk, code, name, department in rows.values_list("pk", "code", "title", "owner")
    ]
    return tuple(sorted(found, key=lambda row: (-row.calls, row.code)))


def services_in_operation(period: Period) -> int:
    """Services of published entries that were switched on at the end of the period."""
    switches = AuditRecord.objects.filter(
        verb="sharing.service.switched",
        subject_type=InterfaceService._meta.label,
        subject_id=OuterRef("pk"),
        at__lt=period.end,
    )
    enabled = switches.order_by("-id").values_list(KT("data__enabled"))[:1]
    return (
        InterfaceService.objects.filter(
            registered_at__lt=period.end, entry__in=published(period).values("entry")
        )
        .annotate(on=Coalesce(Subquery(enabled), Value("true"), output_field=TextField()))
        .filter(on="true")
        .count()
    )


def _within(period: Period) -> QuerySet[ServiceCall]:
    """Calls of the period; those with a code for tests are no use of data."""
    calls = ServiceCall.objects.filter(at__gte=period.start, at__lt=period.end)
    return calls.exclude(outcome=Outcome.TRIED).order_by()
