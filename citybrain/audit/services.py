"""Writing audit records. Everything that changes state calls `record` in its own transaction."""

from typing import Any

from django.db import models
from django.utils import timezone

from citybrain import registry
from citybrain.audit.models import AuditRecord, StateChange
from citybrain.bulk import insert_many
from citybrain.canonical import canonical_value
from citybrain.crypto import digest_of
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department

SEALED_FIELDS = (
    "at",
    "verb",
    "actor_id",
    "actor_name",
    "department_id",
    "subject_type",
    "subject_id",
    "subject_text",
    "data",
    "ip",
    "request_id",
)


def digest_of_record(record: AuditRecord) -> str:
    """SM3 over the canonical form of everything the record says, its uid included."""
    return digest_of({"uid": record.uid, **{name: getattr(record, name) for name in SEALED_FIELDS}})


def record(
    verb: str,
    *,
    actor: Actor,
    subject: models.Model | None = None,
    subject_text: str = "",
    department: Department | None = None,
    data: dict[str, Any] | None = None,
) -> AuditRecord:
    """Writes one audit record and returns it.

    `verb` is a registered code (UnknownName otherwise). `department` is the one concerned; the
    actor's own when it is not given. `data` holds JSON values without floats, secrets or whole
    documents. Call it inside the transaction of the change, so that both commit or neither.
    """
    entry = build(
        verb,
        actor=actor,
        subject=subject,
        subject_text=subject_text,
        department=department,
        data=data,
    )
    entry.save(force_insert=True)
    return entry


def record_many(entries: list[AuditRecord]) -> None:
    """Writes records made by `build` in one statement: one record each, for bulk work."""
    insert_many(entries)


def build(
    verb: str,
    *,
    actor: Actor,
    subject: models.Model | None = None,
    subject_text: str = "",
    department: Department | None = None,
    data: dict[str, Any] | None = None,
) -> AuditRecord:
    """The record that `record` would write, with its digest, not saved yet."""
    registry.audit_verbs.get(verb)
    entry = AuditRecord(
        at=timezone.now(),
        verb=verb,
        actor=actor.user,
        actor_name=actor.name[:60],
        department=department or actor.department,
        subject_type=subject._meta.label if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        subject_text=(subject_text or (str(subject) if subject is not None else ""))[:200],
        data=canonical_value(data or {}),
        ip=actor.ip,
        request_id=actor.request_id,
    )
    entry.digest = digest_of_record(entry)
    return entry


def history_of(subject: models.Model) -> models.QuerySet[StateChange]:
    """The moves of one object, oldest first, with the people and departments that made them."""
    return StateChange.objects.filter(
        subject_type=subject._meta.label, subject_id=subject.pk
    ).select_related("actor", "department")
