"""Authorizations in force in a period, and whether they were used."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from citybrain.audit.models import StateChange
from citybrain.duties.models import Duty
from evaluation.facts.owners import owner_then
from evaluation.facts.period import Period
from evaluation.report.facts_schema import AuthorizationCounts
from sharing.choices import AuthorizationState, Outcome
from sharing.models import Authorization, ServiceCall, ShareApplication

LABEL = Authorization._meta.label
ENDED = (AuthorizationState.REVOKED, AuthorizationState.EXPIRED)


@dataclass(frozen=True)
class Grants:
    """What one department could use in the period, and what of it it did use."""

    usable: int
    used: int


def usable(period: Period) -> "QuerySet[Any]":
    """In force on some day of the period, with the data delivered: what could have been used.

    `owner` is the department that could use it then.
    """
    changes = StateChange.objects.filter(subject_type=LABEL, subject_id=OuterRef("pk"))
    ended = changes.filter(new__in=ENDED, at__lt=period.start)
    before = changes.filter(at__lt=period.start).order_by("-version").values("new")[:1]
    resumed = changes.filter(new=AuthorizationState.ACTIVE, at__gte=period.start, at__lt=period.end)
    delivered = Duty.objects.filter(
        rule="deliver",
        subject_type=ShareApplication._meta.label,
        subject_id=OuterRef("application_id"),
        fulfilled_at__lt=period.end,
    )
    rows = _granted_before_end(period).annotate(
        before=Coalesce(Subquery(before), Value(AuthorizationState.ACTIVE.value)),
        owner=owner_then(period, Authorization, "consumer"),
    )
    stood_still = Q(before=AuthorizationState.SUSPENDED) & ~Q(Exists(resumed))
    return rows.filter(
        Exists(delivered),
        ~Exists(ended),
        starts_on__lte=period.last_day,
        ends_on__gte=period.first_day,
    ).exclude(stood_still)


def is_used(period: Period) -> Exists:
    """That an authorization was called successfully, or a file fetched under it, in the period."""
    return Exists(
        ServiceCall.objects.filter(
            authorization=OuterRef("pk"),
            outcome=Outcome.SERVED,
            at__gte=period.start,
            at__lt=period.end,
        )
    )


def grants(period: Period) -> list[tuple[int, Grants]]:
    """By the department that may use them."""
    counted = (
        usable(period)
        .values("owner")
        .annotate(usable=Count("pk"), used=Count("pk", filter=Q(is_used(period))))
    )
    return [(row["owner"], Grants(row["usable"], row["used"])) for row in counted]


def authorization_counts(period: Period, used: list[tuple[int, Grants]]) -> AuthorizationCounts:
    changes = StateChange.objects.filter(subject_type=LABEL, subject_id=OuterRef("pk"))
    last = changes.filter(at__lt=period.end).order_by("-version").values("new")[:1]
    within = changes.filter(at__gte=period.start, at__lt=period.end)
    counts = (
        _granted_before_end(period)
        .annotate(
            last=Subquery(last),
            suspended_within=Exists(within.filter(new=AuthorizationState.SUSPENDED)),
            revoked_within=Exists(within.filter(new=AuthorizationState.REVOKED)),
        )
        .aggregate(
            active=Count(
                "pk",
                filter=(Q(last=None) | Q(last=AuthorizationState.ACTIVE))
                & Q(starts_on__lte=period.last_day, ends_on__gte=period.last_day),
            ),
            granted=Count("pk", filter=Q(granted_at__gte=period.start)),
            suspended=Count("pk", filter=Q(suspended_within=True)),
            revoked=Count("pk", filter=Q(revoked_within=True)),
        )
    )
    return AuthorizationCounts(
        **counts,
        usable=sum(one.usable for _pk, one in used),
        in_use=sum(one.used for _pk, one in used),
    )


def _granted_before_end(period: Period) -> QuerySet[Authorization]:
    return Authorization.objects.filter(granted_at__lt=period.end).order_by()
