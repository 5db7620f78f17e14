"""Opening, extending, pausing, resuming, fulfilling and cancelling one duty.

Every verb works in the caller's transaction, locks the duty's row before it looks at it, and writes
its audit record with the change: of two people who press at once one wins and the other is told.
`at` is when it happened (now unless given, aware); dates are those of Asia/Shanghai.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.audit.services import record
from citybrain.duties.calendar import working_days_late
from citybrain.duties.dates import set_dates
from citybrain.duties.loader import current_calendar
from citybrain.duties.models import Duty
from citybrain.duties.queries import state_of
from citybrain.duties.rules import days_of, rule_of
from citybrain.organizations.actors import Actor
from citybrain.organizations.choices import Competence
from citybrain.organizations.models import Department
from citybrain.refusals import Conflict


class DutyConflict(Conflict):
    """The duty is not in a state that allows this, or someone else was quicker."""


def open_duty(
    *,
    rule: str,
    subject: models.Model,
    department: Department,
    actor: Actor,
    starts_on: date | None = None,
    for_department: Department | None = None,
    subject_text: str = "",
    at: datetime | None = None,
) -> Duty:
    """Starts the clock of `rule` on `subject`, owed by `department`, and returns the duty.

    `starts_on` is the day of receipt, which does not count; the day of `at` unless given.
    Raises UnknownName for a rule that does not exist, ValidationError for a receipt that lies in
    the future, DutyConflict when the same clock already runs on the subject.
    """
    definition = rule_of(rule)
    at = at or timezone.now()
    starts_on = starts_on or timezone.localdate(at)
    if starts_on > timezone.localdate(at):
        raise ValidationError({"starts_on": _("收到日期不能晚于今天，请更正。")})
    duty = Duty(
        rule=rule,
        subject_type=subject._meta.label,
        subject_id=subject.pk,
        subject_text=(subject_text or str(subject))[:200],
        department=department,
        for_department=for_department,
        days=days_of(definition),
        opened_at=at,
        starts_on=starts_on,
    )
    set_dates(duty, current_calendar())
    with transaction.atomic():
        try:
            with transaction.atomic():
                duty.save(force_insert=True)
        except IntegrityError as error:
            if "duty_open_once_per_subject" not in str(error):
                raise
            raise DutyConflict(
                _("“%(rule)s”的时限已在这一事项上计时，不能重复启动。") % {"rule": definition.label}
            ) from error
        _record("duties.opened", duty, actor, due_on=duty.due_on, provisional=duty.provisional)
    return duty


@transaction.atomic
def extend(
    *,
    duty: Duty,
    days: int,
    reason: str,
    actor: Actor,
    consented_by: Department | None = None,
    at: datetime | None = None,
) -> Duty:
    """Extends the duty by `days` working days, once, within what its rule allows (SC-17, SC-21).

    `consented_by` is the department that allowed it, the big-data bureau where the rule wants its
    consent. Raises ValidationError naming the input at fault, DutyConflict when the duty is
    closed, paused, overdue or already extended.
    """
    current = _locked(duty)
    at = at or timezone.now()
    _require_ticking(current, timezone.localdate(at))
    if current.extended_days:
        raise DutyConflict(_("这一时限已延长过一次，不能再次延长。"), state_label=_("已延长"))
    _check_extension(current, days, reason, consented_by)
    current.extended_days = days
    current.extended_at = at
    current.extended_by = actor.user
    current.extension_reason = reason.strip()
    current.extension_consented_by = consented_by
    set_dates(current, current_calendar())
    _store(duty, current)
    _record(
        "duties.extended",
        current,
        actor,
        days=days,
        due_on=current.due_on,
        reason=current.extension_reason,
        consented_by=consented_by.name if consented_by else "",
    )
    return duty


@transaction.atomic
def pause(*, duty: Duty, actor: Actor, reason: str, at: datetime | None = None) -> Duty:
    """Stops the clock while the applicant supplements (SC-21), once per duty.

    Raises ValidationError without a reason or when the rule knows no pause, DutyConflict when the
    duty is closed, paused, overdue or was paused before.
    """
    current = _locked(duty)
    on = timezone.localdate(at or timezone.now())
    if not current.definition.pausable:
        raise ValidationError(_("这类时限不能暂停计时。"))
    if not reason.strip():
        raise ValidationError({"reason": _("请写明需要补正的全部内容。")})
    _require_ticking(current, on)
    if current.paused_on is not None:
        raise DutyConflict(
            _("需要补正的内容应当一次性告知，这一时限已暂停过，不能再次暂停，请直接答复。"),
            state_label=str(state_of(current, on).label),
        )
    _require_not_before(on, current.starts_on)
    current.paused_on = on
    current.pause_reason = reason.strip()
    _store(duty, current)
    _record("duties.paused", current, actor, on=current.paused_on, reason=current.pause_reason)
    return duty


@transaction.atomic
def resume(*, duty: Duty, actor: Actor, at: datetime | None = None) -> Duty:
    """Lets a paused clock run on with the working days that were left, from the day after `at`.

    Raises ValidationError when `at` lies before the pause, DutyConflict when the clock runs.
    """
    current = _locked(duty)
    on = timezone.localdate(at or timezone.now())
    if not current.is_paused:
        raise DutyConflict(
            _("这一时限没有暂停，无需恢复计时。"), state_label=str(state_of(current, on).label)
        )
    _require_not_before(on, current.paused_on)
    current.resumed_on = on
    set_dates(current, current_calendar())
    _store(duty, current)
    _record("duties.resumed", current, actor, on=current.resumed_on, due_on=current.due_on)
    return duty


@transaction.atomic
def fulfil(*, duty: Duty, actor: Actor, at: datetime | None = None) -> Duty:
    """Ends the duty as done at `at`, and states by how many working days it was late.

    A duty fulfilled while its clock stands is in time. Raises ValidationError when `at` lies
    before the receipt, DutyConflict when the duty is closed.
    """
    current = _locked(duty)
    at = at or timezone.now()
    on = timezone.localdate(at)
    _require_open(current, on)
    _require_not_before(on, current.starts_on)
    if not current.is_paused and on > current.due_on:
        current.late_days = working_days_late(current.due_on, on, current_calendar())
        current.breached_on = current.due_on + timedelta(days=1)
    else:
        # The daily scan may have run before a fulfilment in time was told: when it was done counts.
        current.breached_on = None
    current.fulfilled_at = at
    _store(duty, current)
    _record("duties.fulfilled", current, actor, on=on, late_days=current.late_days)
    return duty


@transaction.atomic
def cancel(*, duty: Duty, actor: Actor, reason: str, at: datetime | None = None) -> Duty:
    """Ends the duty as no longer owed, for example because the applicant withdrew.

    A breach that had happened stays on record. Raises ValidationError without a reason,
    DutyConflict when the duty is closed.
    """
    current = _locked(duty)
    at = at or timezone.now()
    if not reason.strip():
        raise ValidationError({"reason": _("请写明撤销事由。")})
    on = timezone.localdate(at)
    _require_open(current, on)
    if not current.is_paused and on > current.due_on:
        current.breached_on = current.due_on + timedelta(days=1)
    current.cancelled_at = at
    current.cancel_reason = reason.strip()
    _store(duty, current)
    _record("duties.cancelled", current, actor, on=on, reason=current.cancel_reason)
    return duty


def _locked(duty: Duty) -> Duty:
    """The duty as it is now, its row held until the transaction ends."""
    rows = Duty.objects.select_related("department").select_for_update(of=("self",))
    return rows.get(pk=duty.pk)


def _store(duty: Duty, current: Duty) -> None:
    """Saves the locked copy and brings the caller's object in line with it."""
    current.save()
    for field in Duty._meta.concrete_fields:
        setattr(duty, field.attname, getattr(current, field.attname))


def _require_open(duty: Duty, on: date) -> None:
    if not duty.is_open:
        raise DutyConflict(
            _("这一时限已经结束，不能再办理。"), state_label=str(state_of(duty, on).label)
        )


def _require_not_before(on: date, earliest: date | None) -> None:
    if earliest is not None and on < earliest:
        raise ValidationError(
            {"at": _("日期不能早于%(day)s，请更正。") % {"day": earliest.isoformat()}}
        )


def _require_ticking(duty: Duty, on: date) -> None:
    """Open, not paused and not overdue: what has lapsed cannot be undone by pause or extension."""
    _require_open(duty, on)
    label = str(state_of(duty, on).label)
    if duty.is_paused:
        raise DutyConflict(_("这一时限正在暂停，请先恢复计时。"), state_label=label)
    if on > duty.due_on:
        raise DutyConflict(_("这一时限已经超期，不能再延长或暂停，请尽快办结。"), state_label=label)


def _check_extension(duty: Duty, days: int, reason: str, consented_by: Department | None) -> None:
    rule = duty.definition
    if not rule.extension_days:
        raise ValidationError({"days": _("这类时限不能延长。")})
    if not 1 <= days <= rule.extension_days:
        raise ValidationError(
            {"days": _("最多可延长%(days)s个工作日，请更正。") % {"days": rule.extension_days}}
        )
    if not reason.strip():
        raise ValidationError({"reason": _("请写明延长的理由。")})
    if rule.extension_needs_consent and (
        consented_by is None or Competence.BIG_DATA not in consented_by.competences
    ):
        raise ValidationError({"consented_by": _("延长须经市大数据主管部门同意，请选择该部门。")})


def _record(verb: str, duty: Duty, actor: Actor, **data: Any) -> None:
    record(
        verb,
        actor=actor,
        subject=duty,
        department=duty.department,
        data={"rule": duty.rule, **data},
    )
