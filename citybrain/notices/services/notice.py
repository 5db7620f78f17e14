"""Telling people: whom, their deputies, by which ways, and what they have read."""

from collections.abc import Iterable

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from citybrain import registry
from citybrain.notices.choices import DeliveryState, MailChoice, Way
from citybrain.notices.models import Delivery, Notice, NoticePreference
from citybrain.notices.policies import notice_policy
from citybrain.notices.text import one_line
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import (
    Department,
    DepartmentGroupObjectPermission,
    Deputyship,
    User,
)


def people_to_tell(permission: str, department: Department) -> list[User]:
    """Active people of `department` who hold `permission` for it, directly or on the city.

    Nobody of another department is among them, whatever they hold. Raises UnknownName for a
    permission that nobody registered.
    """
    registry.permissions.get(permission)
    grants = DepartmentGroupObjectPermission.objects.filter(
        Q(content_object=department) | Q(content_object__parent__isnull=True),
        group__user=OuterRef("pk"),
        permission__codename=permission,
    )
    return list(
        User.objects.filter(Exists(grants), department=department, is_active=True).order_by("id")
    )


@transaction.atomic
def tell(
    *,
    people: Iterable[User],
    kind: str,
    title: str,
    body: str,
    subject: models.Model,
    actor: Actor | None = None,
) -> None:
    """Writes one notice per person and its ledger rows, in the transaction of the caller.

    Whoever stands in today for one of `people` (AB角) gets a marked copy, unless they were told
    themselves or submitted the subject. Nobody is told what they did: `actor` gets nothing. `kind`
    is the code of what happened, `title` is cut to one line of 200 characters. Costs the same few
    queries for one person and for a hundred. Raises UnknownName when nobody registered how the
    subject's kind of record is linked to.
    """
    registry.subjects.get(subject._meta.label)
    doer_id = actor.user_id if actor else None
    told = {person.pk: person for person in people if person.is_active and person.pk != doer_id}
    if not told:
        return
    without = {*told, doer_id, getattr(subject, "submitted_by_id", None)} - {None}
    now = timezone.now()
    notices = [
        Notice(
            recipient=recipient,
            on_behalf_of=principal,
            kind=kind,
            title=one_line(title, 200),
            body=body.strip(),
            subject_type=subject._meta.label,
            subject_id=subject.pk,
            created_at=now,
        )
        for recipient, principal in [
            *((person, None) for person in told.values()),
            *_copies(told, without),
        ]
    ]
    Notice.objects.bulk_create(notices)
    Delivery.objects.bulk_create(_ledger(notices))


def _copies(principals: Iterable[int], without: Iterable[int | None]) -> list[tuple[User, User]]:
    """(deputy, principal) of the deputies who get a copy, each once, leaving out `without`.

    A deputy who has since moved to another department gets none: a department's matters are told
    to its own people.
    """
    pairs = dict(
        Deputyship.objects.current()
        .filter(
            principal__in=list(principals),
            deputy__is_active=True,
            deputy__department=models.F("principal__department"),
        )
        .exclude(deputy__in=list(without))
        .order_by("id")
        .values_list("deputy_id", "principal_id")
    )
    if not pairs:  # as nearly always; two people with all their columns cost more than the question
        return []
    people = User.objects.in_bulk({*pairs.keys(), *pairs.values()})
    return [(people[deputy], people[principal]) for deputy, principal in pairs.items()]


def _ledger(notices: Iterable[Notice]) -> list[Delivery]:
    """The inbox row of each notice, delivered with it, and a mail row where the person wants one."""
    notices = list(notices)
    preferences = {
        preference.person_id: preference
        for preference in NoticePreference.objects.filter(
            person__in={notice.recipient_id for notice in notices}
        )
    }
    usual = NoticePreference.usual()
    rows = []
    for notice in notices:
        rows.append(
            Delivery(notice=notice, way=Way.INBOX, state=DeliveryState.SENT, at=notice.created_at)
        )
        way = _mail_way(preferences.get(notice.recipient_id, usual), notice.kind)
        if way is not None and notice.recipient.email:
            rows.append(
                Delivery(
                    notice=notice,
                    way=way,
                    state=DeliveryState.PENDING,
                    at=notice.created_at,
                    next_attempt_at=notice.created_at,
                )
            )
    return rows


def _mail_way(preference: NoticePreference, kind: str) -> Way | None:
    if preference.mail == MailChoice.IMMEDIATE or kind in preference.urgent:
        return Way.EMAIL
    return Way.DIGEST if preference.mail == MailChoice.DIGEST else None


def mark_read(*, actor: Actor, notice_id: int) -> Notice:
    """Marks one of the actor's own notices as read and returns it; a second time changes nothing.

    Raises Http404 for a notice that is not theirs.
    """
    notice = notice_policy.fetch(actor, pk=notice_id)
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    return notice


def mark_all_read(*, actor: Actor) -> int:
    """Marks all of the actor's notices as read; returns how many were unread."""
    return notice_policy.queryset(actor).filter(read_at=None).update(read_at=timezone.now())
