"""Reading of the sharing app that services, pages and the API have in common."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from catalog.models import CatalogEntry, DataItem
from citybrain.organizations.models import Department
from security.choices import GRADE_ORDER, MASKED_FROM, Grade
from security.models import ItemGrade
from security.queries import grades_of
from sharing.choices import (
    LIVE_APPLICATIONS,
    METHODS_OFFERED,
    AuthorizationState,
    Method,
    Outcome,
)
from sharing.models import Authorization, InterfaceService, ServiceCall, ShareApplication

MOST_SHOWN = 50


@dataclass(frozen=True)
class Treatment:
    """How a data item would be served today: with which grade, and whether masked."""

    item: DataItem
    grade: ItemGrade | None
    masked: bool

    @property
    def category(self) -> str:
        return self.grade.category if self.grade else ""


def treatments_of(items: Iterable[DataItem]) -> list[Treatment]:
    """Grade and masking of each item, in the order given; one query.

    An item without a grade in force is masked.
    """
    found = list(items)
    grades = grades_of(found)
    return [
        Treatment(
            item=item,
            grade=grades.get(item.pk),
            masked=item.pk not in grades or grades[item.pk].is_masked,
        )
        for item in found
    ]


def grade_of(treatments: Iterable[Treatment]) -> str:
    """The highest grade among the items; one without a grade in force counts as grade 3."""
    grades = [one.grade.grade if one.grade else MASKED_FROM for one in treatments]
    return str(max(grades, key=GRADE_ORDER.index, default=Grade.GENERAL_1))


def methods_of(entry: CatalogEntry) -> tuple[Method, ...]:
    """The ways of those that the entry offers in which this portal delivers (SC-22)."""
    return METHODS_OFFERED[entry.sharing_method]


def service_of(entry: CatalogEntry) -> InterfaceService | None:
    """The entry's interface service with the rows that it serves, once there are any."""
    services = InterfaceService.objects.select_related("dataset__uploaded_by")
    return services.filter(entry=entry).first()


def live_application(entry: CatalogEntry, department: Department) -> ShareApplication | None:
    """The department's application for the entry that is not decided yet."""
    return ShareApplication.objects.filter(
        entry=entry, department=department, state__in=LIVE_APPLICATIONS
    ).first()


def grants_of(entry: CatalogEntry) -> list[Authorization]:
    """Who may use the entry now: grants in force or suspended, the newest first."""
    grants = Authorization.objects.filter(
        entry=entry, state__in=(AuthorizationState.ACTIVE, AuthorizationState.SUSPENDED)
    )
    return list(grants.select_related("consumer").order_by("-id")[:MOST_SHOWN])


def start_of_today() -> datetime:
    """Midnight in Asia/Shanghai, when the daily quotas begin anew."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def served_today(authorization: Authorization) -> int:
    """Calls and downloads served under the authorization since midnight, from the record."""
    return ServiceCall.objects.filter(
        authorization=authorization, at__gte=start_of_today(), outcome=Outcome.SERVED
    ).count()
