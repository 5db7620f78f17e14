"""Reading notices, the ledger and deputyships."""

from django.apps import apps
from django.db import models
from django.http import Http404
from django.utils.translation import gettext as _

from citybrain import registry
from citybrain.notices.models import Delivery, Notice, NoticePreference
from citybrain.notices.policies import deputyship_policy, notice_policy
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Deputyship, User

COUNTED = 100
FOLLOW_THE_CITY = ("supervise", "read_everything")


def inbox(actor: Actor, *, unread_only: bool = False) -> models.QuerySet[Notice]:
    """The actor's own notices, newest first, with whom they were copied for."""
    notices = notice_policy.queryset(actor).select_related("on_behalf_of")
    return notices.filter(read_at__isnull=True) if unread_only else notices


def unread_count(actor: Actor) -> int:
    """How many notices the actor has not read; 100 stands for a hundred or more."""
    return notice_policy.queryset(actor).filter(read_at__isnull=True)[:COUNTED].count()


def url_of(notice: Notice) -> str:
    """Where the notice leads: its subject's page, or nothing when the subject is gone."""
    found = _model(notice.subject_type)._base_manager.filter(pk=notice.subject_id).first()
    return registry.subjects.get(notice.subject_type).url(found) if found else ""


def preference_of(actor: Actor) -> NoticePreference:
    """The actor's e-mail settings, or the defaults."""
    return NoticePreference.objects.filter(person=actor.user_id).first() or NoticePreference.usual()


def fetch_subject(actor: Actor, subject_type: str, subject_id: int) -> models.Model:
    """The object whose ledger the actor may read.

    Whoever may see the object may see who was told of it; those who supervise the city may see it
    for kinds of record without a policy. Raises Http404 for anything else and for a kind of record
    nobody registered.
    """
    if subject_type not in registry.subjects:
        raise Http404(_("没有这一类事项。"))
    policy = registry.subjects.get(subject_type).policy
    if policy is not None:
        found = policy.fetch(actor, pk=subject_id)
    elif actor.scope("supervise").everywhere:
        found = _model(subject_type)._base_manager.filter(pk=subject_id).first()
    else:
        found = None
    if found is None:
        raise Http404(_("没有找到这一事项，或者您无权查看。"))
    return found


def ledger(actor: Actor, subject: models.Model) -> models.QuerySet[Delivery]:
    """Who was told of the subject, when, by which way and with what result; newest first.

    Those who supervise the city read all of it, others the lines of their own department: what
    another one was told says how it deals with the matter inside.
    """
    rows = Delivery.objects.filter(
        notice__subject_type=subject._meta.label, notice__subject_id=subject.pk
    )
    if not any(actor.scope(permission).everywhere for permission in FOLLOW_THE_CITY):
        rows = rows.filter(notice__recipient__department=actor.department_id)
    return rows.select_related("notice__recipient__department", "notice__on_behalf_of").order_by(
        "-notice_id", "id"
    )


def deputyships(actor: Actor) -> models.QuerySet[Deputyship]:
    """Those in which the actor is one of the two people, latest first."""
    return deputyship_policy.queryset(actor).select_related("principal", "deputy")


def standing_in_for(actor: Actor) -> list[User]:
    """The people whom the actor stands in for today."""
    return list(User.objects.filter(pk__in=actor.principal_ids).order_by("pinyin", "id"))


def possible_deputies(actor: Actor) -> models.QuerySet[User]:
    """Active colleagues of the actor's own department."""
    if actor.department_id is None or actor.user_id is None:
        return User.objects.none()
    colleagues = User.objects.filter(department=actor.department_id, is_active=True)
    return colleagues.exclude(pk=actor.user_id)


def _model(label: str) -> type[models.Model]:
    return apps.get_model(label)
