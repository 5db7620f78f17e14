"""Applications and corrections received in a period, and what became of them by its instant."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractMonth, TruncDate
from django.utils import timezone

from catalog.choices import SharingType
from citybrain.audit.models import StateChange
from citybrain.duties.calendar import working_days_between
from citybrain.duties.loader import current_calendar
from evaluation.facts.clocks import Clocks, total
from evaluation.facts.departments import Departments
from evaluation.facts.entries import title_then
from evaluation.facts.owners import owner_then
from evaluation.facts.period import Period, local_day
from evaluation.report.facts_schema import ApplicationCounts, CorrectionCounts, RefusalRow
from sharing.choices import ApplicationState
from sharing.models import CorrectionRequest, ShareApplication
from sharing.transitions import REPLIES

CORRECT = "correct"


@dataclass(frozen=True)
class Answers:
    """Replies owed by one department: due by the instant, given, and given in time."""

    due: int
    given: int
    in_time: int


def received(period: Period) -> QuerySet[ShareApplication]:
    """Signed and delivered to the provider within the period."""
    return ShareApplication.objects.filter(
        submitted_at__gte=period.start, submitted_at__lt=period.end
    ).order_by()


def application_counts(period: Period, clocks: Collection[Clocks]) -> ApplicationCounts:
    answered = Q(answered_at__lt=period.compiled_at)
    withdrawn = StateChange.objects.filter(
        subject_type=ShareApplication._meta.label,
        subject_id=OuterRef("pk"),
        new=ApplicationState.WITHDRAWN,
        at__lt=period.compiled_at,
    )
    counts = received(period).aggregate(
        received=Count("pk"),
        answered=Count("pk", filter=answered),
        answered_by_rule=Count("pk", filter=answered & Q(sharing_type=SharingType.UNCONDITIONAL)),
        refused=Count("pk", filter=answered & Q(state=ApplicationState.REFUSED)),
        returned=Count("pk", filter=Q(supplement_asked_at__lt=period.compiled_at)),
        withdrawn=Count("pk", filter=Q(Exists(withdrawn))),
    )
    pending = counts["received"] - counts["answered"] - counts.pop("withdrawn")
    replies = answers(clocks)
    return ApplicationCounts(
        **counts,
        due=replies.due,
        answered_in_time=replies.in_time,
        pending=pending,
        average_working_days_centi=_average_days(period),
    )


def answers(clocks: Collection[Clocks]) -> Answers:
    """Replies to applications among these clocks."""
    counts = total([clock.counts for clock in clocks if clock.rule in REPLIES])
    return Answers(counts.judged, counts.in_time + counts.late, counts.in_time)


def applications_made(period: Period) -> list[tuple[int, int]]:
    """How many applications each department delivered."""
    owner = owner_then(period, ShareApplication)
    rows = received(period).annotate(owner=owner).values_list("owner")
    return list(rows.annotate(number=Count("pk")))


def applications_by_month(period: Period) -> dict[int, int]:
    month = ExtractMonth("submitted_at", tzinfo=timezone.get_default_timezone())
    rows = received(period).annotate(month=month).values_list("month")
    return dict(rows.annotate(number=Count("pk")))


def correction_counts(period: Period, clocks: Collection[Clocks]) -> CorrectionCounts:
    requests = CorrectionRequest.objects.filter(
        demand=None,  # what the public reports is not of SC-26
        created_at__gte=period.start,
        created_at__lt=period.end,
    )
    counts = requests.aggregate(
        received=Count("pk"),
        answered=Count("pk", filter=Q(answered_at__lt=period.compiled_at)),
    )
    judged = total([clock.counts for clock in clocks if clock.rule == CORRECT])
    return CorrectionCounts(**counts, due=judged.judged, answered_in_time=judged.in_time)


def refusals(period: Period, departments: Departments) -> tuple[RefusalRow, ...]:
    """Applications refused, with reason and basis, in the order of the answers."""
    refused = received(period).filter(
        answered_at__lt=period.compiled_at, state=ApplicationState.REFUSED
    )
    rows = refused.annotate(title=title_then(period)).order_by("answered_at", "number").values_list(
        "number", "title", "department_id", "provider_id", "answered_at", "answer",
        "answer_basis",
    )  # fmt: skip
    return tuple(
        RefusalRow(
            number=number,
            entry=title,
            applicant=departments.short_name(applicant),
            provider=departments.short_name(provider),
            decided_on=local_day(answered_at).isoformat() if answered_at else "",
            reason=reason,
            basis=basis,
        )
        for number, title, applicant, provider, answered_at, reason, basis in rows.iterator()
    )


def _average_days(period: Period) -> int | None:
    """Mean working days from receipt to answer, in hundredths, rounded half up."""
    zone = timezone.get_default_timezone()
    answered = received(period).filter(answered_at__lt=period.compiled_at)
    pairs = answered.annotate(
        sent=TruncDate("submitted_at", tzinfo=zone), replied=TruncDate("answered_at", tzinfo=zone)
    ).values_list("sent", "replied")
    calendar = current_calendar()
    days = number = 0
    for sent, replied, count in pairs.annotate(number=Count("pk")):
        days += working_days_between(sent, replied, calendar) * count
        number += count
    return (200 * days + number) // (2 * number) if number else None
