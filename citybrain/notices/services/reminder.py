"""Reminding of statutory deadlines: 3 and 1 working days before, and when one is breached."""

from collections.abc import Iterator
from datetime import date

import structlog
from django.apps import apps
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from citybrain import registry
from citybrain.duties.calendar import Calendar, add_working_days, working_days_between
from citybrain.duties.loader import current_calendar
from citybrain.duties.models import Duty
from citybrain.duties.services import mark_breaches
from citybrain.notices.choices import Stage
from citybrain.notices.models import Reminder
from citybrain.notices.services.notice import people_to_tell, tell
from citybrain.organizations.choices import Competence
from citybrain.organizations.models import User

log = structlog.get_logger(__name__)


def remind(today: date | None = None) -> int:
    """Reminds of every running duty that has reached a stage; returns how many it reminded of.

    Breaches are marked first. Each stage of a due date is reminded of once, however often and by
    however many workers this runs; after missed runs only the most urgent stage is sent. `today`
    is the date in Asia/Shanghai unless given. A duty that cannot be reminded of is logged and tried
    again by the next run; it does not keep the others from being reminded of.
    """
    today = today or timezone.localdate()
    mark_breaches(today)
    calendar = current_calendar()
    reminded = 0
    for duty, stage in _reached(today, calendar):
        try:
            reminded += _remind_of(duty, stage, today, calendar)
        except Exception:
            log.exception("reminder_failed", duty=duty.pk, rule=duty.rule)
    return reminded


def stage_of(duty: Duty, today: date, calendar: Calendar) -> Stage | None:
    """The most urgent stage that the duty has reached, or None.

    A stage that had passed when the duty was opened does not count: whoever is given two working
    days is not reminded that there are fewer than three.
    """
    if duty.due_on < today:
        return Stage.BREACH
    left = working_days_between(today, duty.due_on, calendar)
    given = working_days_between(duty.starts_on, duty.due_on, calendar)
    return next((s for s in (Stage.BEFORE_1, Stage.BEFORE_3) if left <= s <= given), None)


def _reached(today: date, calendar: Calendar) -> Iterator[tuple[Duty, Stage]]:
    horizon = add_working_days(today, Stage.BEFORE_3, calendar)
    told = Reminder.objects.filter(duty_id=OuterRef("pk"), due_on=OuterRef("due_on"))
    duties = (
        Duty.objects.due_on_or_before(horizon)
        .filter(~Exists(told.filter(stage=Stage.BREACH)))
        .with_names()
        .order_by("due_on", "id")
    )
    for duty in duties:
        stage = stage_of(duty, today, calendar)
        if stage is not None:
            yield duty, stage


@transaction.atomic
def _remind_of(duty: Duty, stage: Stage, today: date, calendar: Calendar) -> bool:
    """Tells the people of one duty, unless it was done before or the duty has ended meanwhile."""
    running = Duty.objects.running().filter(pk=duty.pk, due_on=duty.due_on)
    if not running.exists() or not _first_time(duty, stage, today):
        return False
    subject = _subject_of(duty)
    owners = _owners(duty)
    what = {
        "rule": duty.definition.label,
        "due": date_format(duty.due_on, "Y年n月j日"),
        "department": duty.department,
        "subject": duty.subject_text,
        "left": working_days_between(today, duty.due_on, calendar),
    }
    if stage == Stage.BREACH:
        title = _("“%(rule)s”已于%(due)s到期，现已逾期：%(subject)s") % what
    elif duty.due_on == today:
        title = _("“%(rule)s”今日到期：%(subject)s") % what
    else:
        title = _("“%(rule)s”将于%(due)s到期，剩余%(left)s个工作日：%(subject)s") % what
    body = _("依据：%(basis)s") % {"basis": duty.definition.basis}
    tell(people=owners, kind=stage.kind, title=title, body=body, subject=subject)
    if stage == Stage.BREACH and duty.definition.statutory:
        known = {person.pk for person in owners}
        tell(
            people=[person for person in coordinators() if person.pk not in known],
            kind=stage.kind,
            title=_("%(department)s“%(rule)s”已于%(due)s到期，现已逾期：%(subject)s") % what,
            body=body,
            subject=duty,
        )
    return True


def _first_time(duty: Duty, stage: Stage, today: date) -> bool:
    """Writes the reminder down. Of several workers one does; the others wait for it and lose."""
    _reminder, created = Reminder.objects.get_or_create(
        duty_id=duty.pk, stage=stage, due_on=duty.due_on, defaults={"reminded_on": today}
    )
    return created


def _subject_of(duty: Duty) -> models.Model:
    """The object that the duty is about, so that the notice leads to where it can be done."""
    model = apps.get_model(duty.subject_type)
    return model._base_manager.filter(pk=duty.subject_id).first() or duty


def _owners(duty: Duty) -> list[User]:
    """People of the owing department who can fulfil the duty; everyone with a role there if none.

    A department whose only sharing head left must still hear of its deadline.
    """
    doers = registry.subjects.get(duty.subject_type).doers.get(duty.rule, frozenset())
    found = {
        person.pk: person
        for permission in sorted(doers)
        for person in people_to_tell(permission, duty.department)
    }
    if found:
        return list(found.values())
    return list(
        User.objects.filter(
            department=duty.department, is_active=True, groups__role_group__isnull=False
        )
        .distinct()
        .order_by("id")
    )


def coordinators() -> list[User]:
    """The big-data bureau's coordinators, who follow up breaches of law (SC-38)."""
    return list(
        User.objects.filter(
            is_active=True,
            department__competences__contains=[Competence.BIG_DATA],
            groups__role_group__role="bureau_coordinator",
        )
        .distinct()
        .order_by("id")
    )
