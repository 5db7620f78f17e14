"""Reading the statutory clocks: where each stands, lists by state, history."""

from collections.abc import Iterable
from datetime import date

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils import timezone

from citybrain import registry
from citybrain.audit.models import AuditRecord
from citybrain.duties.calendar import Calendar, add_working_days
from citybrain.duties.choices import SOON_DAYS, DutyState
from citybrain.duties.loader import current_calendar
from citybrain.duties.models import Duty, DutyQuerySet
from citybrain.duties.models.duty import OPEN, PAUSED
from citybrain.duties.standing import (
    Standing,
    days_left,
    days_used,
    deadline_of,
    standing_of,
    state_of,
)
from citybrain.organizations.actors import Actor
from citybrain.ui import TimelineEntry, Tone

__all__ = [
    "Standing",
    "days_left",
    "days_used",
    "deadline_of",
    "duties_of",
    "history_of",
    "in_state",
    "open_by_subject",
    "open_duties",
    "open_duties_of",
    "standing_of",
    "state_of",
    "subject_url",
]

TONES: dict[str, Tone] = {
    "duties.extended": "warning",
    "duties.paused": "warning",
    "duties.fulfilled": "success",
    "duties.cancelled": "muted",
    "duties.breached": "danger",
}


def open_duties() -> DutyQuerySet:
    """Every open duty with its departments, whoever asks: start from DutyPolicy for people."""
    return Duty.objects.open().with_names()


def open_duties_of(subject: models.Model) -> list[Duty]:
    """The open duties on one object, oldest first, with their departments."""
    return list(Duty.objects.open().of(subject).with_names())


def open_by_subject(subjects: Iterable[models.Model]) -> dict[int, Duty]:
    """The open duty of each object that has one, the most urgent, by the object's id.

    All `subjects` are of one model. One query, departments included.
    """
    found = list(subjects)
    if not found:
        return {}
    duties = open_duties().filter(
        subject_type=found[0]._meta.label, subject_id__in=[subject.pk for subject in found]
    )
    return {duty.subject_id: duty for duty in duties.order_by("-due_on", "-id")}


def duties_of(subject: models.Model) -> DutyQuerySet:
    """Every duty on one object, oldest first, with their departments."""
    return Duty.objects.of(subject).with_names()


def in_state(
    duties: DutyQuerySet,
    state: DutyState,
    today: date | None = None,
    calendar: Calendar | None = None,
) -> DutyQuerySet:
    """Those of `duties` for which `state_of` answers `state`, by a condition in the database."""
    today = today or timezone.localdate()
    if state in {DutyState.SOON, DutyState.DUE}:
        calendar = calendar or current_calendar()
        beyond_soon = add_working_days(today, SOON_DAYS + 1, calendar)
        if state == DutyState.SOON:
            return duties.running().filter(due_on__gt=today, due_on__lt=beyond_soon)
        return duties.running().filter(due_on__gte=beyond_soon)
    condition = {
        DutyState.TODAY: OPEN & ~PAUSED & Q(due_on=today),
        DutyState.OVERDUE: OPEN & ~PAUSED & Q(due_on__lt=today),
        DutyState.PAUSED: PAUSED,
        DutyState.DONE: Q(fulfilled_at__isnull=False, breached_on__isnull=True),
        DutyState.LATE: Q(fulfilled_at__isnull=False, breached_on__isnull=False),
        DutyState.CANCELLED: Q(cancelled_at__isnull=False),
    }
    return duties.filter(condition[state])


def history_of(duty: Duty) -> list[TimelineEntry]:
    """What happened to the duty, oldest first, as `{% timeline %}` draws it."""
    records = AuditRecord.objects.filter(
        subject_type=Duty._meta.label, subject_id=duty.pk, verb__startswith="duties."
    )
    return [
        TimelineEntry(
            label=registry.audit_verbs.get(entry.verb).sentence,
            at=entry.at,
            who=entry.actor_name,
            department=str(entry.actor.department or "") if entry.actor else "",
            reason=entry.data.get("reason", ""),
            tone=TONES.get(entry.verb, "info"),
        )
        for entry in records.select_related("actor__department").order_by("id")
    ]


def subject_url(duty: Duty, actor: Actor) -> str:
    """Where the duty's object is shown, or "" when the actor may not see the object."""
    if duty.subject_type not in registry.subjects:
        return ""
    kind = registry.subjects.get(duty.subject_type)
    if kind.policy is None:
        return ""
    rows = apps.get_model(duty.subject_type)._default_manager.filter(kind.policy.visible(actor))
    found = rows.filter(pk=duty.subject_id).first()
    return kind.url(found) if found is not None else ""
