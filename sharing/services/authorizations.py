"""Granting, and everything that happens to a grant afterwards (SC-22, SC-27, HK-38)."""

from datetime import date
from typing import Any, cast

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from catalog.services.codes import next_numbers
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.canonical import canonical_value
from citybrain.crypto import digest_of
from citybrain.duties import services as duties
from citybrain.duties.models import Duty
from citybrain.organizations.actors import Actor, system_actor
from sharing.choices import AuthorizationState, Method, ServiceKind
from sharing.models import (
    Authorization,
    AuthorizationItem,
    InterfaceService,
    ShareApplication,
)
from sharing.queries import grade_of, treatments_of
from sharing.rowlimits.services import limits_of
from sharing.services import codes
from sharing.transitions import AUTHORIZATION


def grant(*, actor: Actor, application: ShareApplication) -> Authorization:
    """Freezes the terms of an agreed application. Called within the move that agrees.

    Whether an item is masked is decided here, from its grade of today; an item without a grade in
    force is masked.
    """
    wanted = application.items.exclude(granted=False).select_related("item")
    wanted = wanted.order_by("item__position", "item_id")
    treatments = treatments_of(one.item for one in wanted)
    terms = terms_of(
        application,
        [
            {"name": one.item.name, "masked": one.masked, "category": one.category}
            for one in treatments
        ],
        grade=grade_of(treatments),
        rows=limits_of(application),
    )
    series = f"SJ{timezone.localdate().year}"
    authorization = Authorization.objects.create(
        number=f"{series}-{next_numbers(series)[0]:06}",
        application=application,
        entry=application.entry,
        provider=application.provider,
        consumer=application.department,
        method=application.method,
        # A submitted application has its period: rules.py and a constraint see to it.
        starts_on=cast(date, application.starts_on),
        ends_on=cast(date, application.ends_on),
        daily_quota=application.daily_calls,
        terms=terms,
        digest=digest_of(terms),
        granted_at=timezone.now(),
        submitted_by=application.submitted_by,
    )
    AuthorizationItem.objects.bulk_create(
        AuthorizationItem(
            authorization=authorization, item=one.item, masked=one.masked, category=one.category
        )
        for one in treatments
    )
    record(
        "sharing.authorization.granted",
        actor=actor,
        subject=authorization,
        department=authorization.provider,
        data={"application": application.number, "digest": authorization.digest},
    )
    return authorization


def terms_of(
    application: ShareApplication,
    items: list[dict[str, Any]],
    *,
    grade: str,
    rows: dict[str, list[str]],
) -> dict[str, Any]:
    """The terms as canonical JSON: parties, items, purpose, period, quota, obligations (HK-38).

    `grade` is the highest among the items: it decides whether calls must be signed. `rows` are the
    values by item to which the rows are limited, and stand in the terms only where there are any.
    """
    abroad = application.assessment if application.goes_abroad else None
    plain = canonical_value(
        {
            **(
                {"abroad": {"note": application.abroad_note, "assessment": abroad.number}}
                if abroad
                else {}
            ),
            "application": application.number,
            "entry": application.entry.code,
            "title": application.entry.title,
            "revision": application.entry.revisions.count(),
            "provider": application.provider.name,
            "consumer": application.department.name,
            "items": items,
            "grade": grade,
            **({"rows": rows} if rows else {}),
            "use_basis": application.use_basis,
            "legal_basis": application.legal_basis,
            "scenario": application.scenario,
            "usage_range": application.usage_range,
            "method": application.method,
            "starts_on": application.starts_on,
            "ends_on": application.ends_on,
            "daily_quota": application.daily_calls,
        }
    )
    assert isinstance(plain, dict)  # noqa: S101 - narrows the type of a mapping just built
    return plain


def deliver_if_ready(authorization: Authorization, actor: Actor) -> None:
    """Fulfils the duty to deliver (SC-22) once the entry's rows can be called for.

    An interface may read from the department's own system, a file needs rows that the portal has. A
    batch is delivered with its first package (sharing/delivery/building.py).
    """
    if authorization.method == Method.BATCH:
        return
    served = Q(kind=ServiceKind.HOSTED, dataset__isnull=False)
    if authorization.method == Method.INTERFACE:
        served |= ~Q(kind=ServiceKind.HOSTED)
    services = InterfaceService.objects.filter(entry=authorization.entry_id, enabled=True)
    if services.filter(served).exists():
        delivered(authorization, actor)


def delivered(authorization: Authorization, actor: Actor) -> None:
    """Fulfils the duty to deliver what was granted."""
    for duty in _deliveries(authorization):
        duties.fulfil(duty=duty, actor=actor)


def delivery_after_agreement(application: ShareApplication, actor: Actor) -> None:
    """Reaction to an agreement: what is hosted already is delivered with the answer."""
    deliver_if_ready(application.authorization, actor)


@transaction.atomic
def move(
    name: str,
    *,
    actor: Actor,
    authorization: Authorization,
    version: int | None = None,
    reason: str = "",
) -> Authorization:
    """Makes a move of transitions.AUTHORIZATION; codes stop working with the authorization."""
    moved = workflow.perform(
        AUTHORIZATION,
        name,
        obj=authorization,
        actor=actor,
        version=version,
        inputs={"reason": reason} if reason else {},
    )
    if moved.state in (AuthorizationState.REVOKED, AuthorizationState.EXPIRED):
        codes.revoke_live(actor=actor, authorization=moved, reason=moved.get_state_display())
        for duty in _deliveries(moved):
            duties.cancel(duty=duty, actor=actor, reason=moved.get_state_display())
    return moved


def _deliveries(authorization: Authorization) -> list[Duty]:
    """The open duty to deliver what was granted; it is on the application."""
    found = duties.open_duties_of(authorization.application)
    return [duty for duty in found if duty.rule == "deliver"]


def delivery_due(authorization: Authorization) -> Duty | None:
    """The duty to deliver what was granted, while it is open (SC-22)."""
    return next(iter(_deliveries(authorization)), None)


def intact(authorization: Authorization) -> bool:
    """Whether the frozen terms still have the SM3 digest that they were sealed with."""
    return digest_of(authorization.terms) == authorization.digest


def expire_due() -> int:
    """Expires authorizations whose period is over; idempotent. Returns how many."""
    actor = system_actor()
    due = Authorization.objects.filter(
        state__in=(AuthorizationState.ACTIVE, AuthorizationState.SUSPENDED),
        ends_on__lt=timezone.localdate(),
    )
    count = 0
    for authorization in due.iterator():
        move("expire", actor=actor, authorization=authorization)
        count += 1
    return count
