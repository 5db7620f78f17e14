"""What stays overdue goes up: to the heads of the department and to the bureau, with the count."""

from collections import Counter
from datetime import date

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from citybrain.duties.calendar import working_days_late
from citybrain.duties.loader import current_calendar
from citybrain.duties.models import Duty
from citybrain.duties.policies import STATUTORY
from citybrain.notices.choices import Stage
from citybrain.notices.models import Reminder
from citybrain.notices.services.notice import tell
from citybrain.notices.services.reminder import coordinators
from citybrain.organizations.models import Department, User

log = structlog.get_logger(__name__)


def escalate(today: date | None = None) -> int:
    """Tells heads and bureau of every statutory duty that is five working days overdue, once each.

    Idempotent, and safe with several workers. Returns how many were told of.
    """
    today = today or timezone.localdate()
    calendar = current_calendar()
    told = Reminder.objects.filter(
        duty_id=OuterRef("pk"), due_on=OuterRef("due_on"), stage=Stage.ESCALATED
    )
    overdue = Duty.objects.overdue(today).filter(STATUTORY)
    counts: Counter[int] = Counter(overdue.values_list("department_id", flat=True))
    number = 0
    for duty in overdue.filter(~Exists(told)).with_names().order_by("due_on", "id"):
        late = working_days_late(duty.due_on, today, calendar)
        if late < -Stage.ESCALATED:
            continue
        try:
            number += _tell(duty, late, counts[duty.department_id], today)
        except Exception:
            log.exception("escalation_failed", duty=duty.pk, rule=duty.rule)
    return number


@transaction.atomic
def _tell(duty: Duty, late: int, count: int, today: date) -> bool:
    running = Duty.objects.running().filter(pk=duty.pk, due_on=duty.due_on)
    if not running.exists():
        return False
    _reminder, first = Reminder.objects.get_or_create(
        duty_id=duty.pk,
        stage=Stage.ESCALATED,
        due_on=duty.due_on,
        defaults={"reminded_on": today},
    )
    if not first:
        return False
    people = {person.pk: person for person in [*_heads(duty.department), *coordinators()]}
    what = {
        "department": duty.department,
        "rule": duty.definition.label,
        "late": late,
        "subject": duty.subject_text,
    }
    tell(
        people=list(people.values()),
        kind=Stage.ESCALATED.kind,
        title=_("%(department)s“%(rule)s”逾期已%(late)s个工作日仍未办理：%(subject)s") % what,
        body=_("期限%(due)s。%(department)s现有法定时限逾期%(count)d项。依据：%(basis)s")
        % {
            "due": date_format(duty.due_on, "Y年n月j日"),
            "department": duty.department,
            "count": count,
            "basis": duty.definition.basis,
        },
        subject=duty,
    )
    return True


def _heads(department: Department) -> list[User]:
    """Those who answer for the department's sharing (SC-11)."""
    return list(
        User.objects.filter(
            department=department, is_active=True, groups__role_group__role="sharing_head"
        )
        .distinct()
        .order_by("id")
    )
