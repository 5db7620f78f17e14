"""Announcing pauses and the end of a service; everybody who uses it is told at once (SC-27)."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from citybrain.audit.services import record
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from sharing.models import InterfaceService, MaintenanceWindow, ServiceEnd
from sharing.policies import service_policy
from sharing.queries import grants_of

LONGEST_PAUSE = timedelta(days=7)
FURTHEST_AHEAD = timedelta(days=180)
LEAST_NOTICE = 30  # calendar days between the announcement of an end and the end


@transaction.atomic
def announce_pause(
    *, actor: Actor, service: InterfaceService, starts_at: datetime, ends_at: datetime, reason: str
) -> MaintenanceWindow:
    """Announces that the service pauses; calls within the time are refused with its end.

    Raises PermissionDenied, ValidationError naming the field.
    """
    current = _locked(actor, service)
    service_policy.require(actor, "host", current)
    now = timezone.now()
    if not reason.strip():
        raise ValidationError({"reason": _("请写明维护的内容。")})
    if ends_at <= max(starts_at, now):
        raise ValidationError({"ends_at": _("结束时间必须晚于开始时间，也不能已经过去。")})
    if ends_at - max(starts_at, now) > LONGEST_PAUSE:
        raise ValidationError(
            {
                "ends_at": _("一次维护不能超过%d天，更长时间请由市大数据局停用服务。")
                % LONGEST_PAUSE.days
            }
        )
    if starts_at - now > FURTHEST_AHEAD:
        raise ValidationError({"starts_at": _("最多提前%d天公告。") % FURTHEST_AHEAD.days})
    window = MaintenanceWindow.objects.create(
        service=current,
        starts_at=max(starts_at, now),
        ends_at=ends_at,
        reason=reason.strip()[:300],
        announced_by=actor.user,
    )
    record(
        "sharing.pause.announced",
        actor=actor,
        subject=current,
        department=current.entry.department,
        data={"from": window.starts_at.isoformat(), "to": ends_at.isoformat(), "reason": reason},
    )
    what = _("%(service)s将于%(start)s至%(end)s维护，期间暂停提供")
    _tell(actor, current, what, reason, start=_at(window.starts_at), end=_at(ends_at))
    return window


@transaction.atomic
def cancel_pause(*, actor: Actor, window: MaintenanceWindow) -> None:
    """Takes a pause back, or ends one that is on. Raises PermissionDenied, Conflict when it is over."""
    current = _locked(actor, window.service)
    service_policy.require(actor, "host", current)
    row = MaintenanceWindow.objects.select_for_update().get(pk=window.pk, service=current)
    if row.cancelled_at is not None or row.ends_at <= timezone.now():
        raise Conflict(_("这次维护已经结束或已取消。"))
    row.cancelled_at = timezone.now()
    row.save(update_fields=["cancelled_at"])
    record(
        "sharing.pause.cancelled",
        actor=actor,
        subject=current,
        department=current.entry.department,
        data={"from": row.starts_at.isoformat(), "to": row.ends_at.isoformat()},
    )
    _tell(
        actor,
        current,
        _("%(service)s原定%(start)s开始的维护已结束或取消，照常提供"),
        "",
        start=_at(row.starts_at),
    )


@transaction.atomic
def announce_end(
    *, actor: Actor, service: InterfaceService, ends_on: date, reason: str
) -> ServiceEnd:
    """Announces that the service ends after the day, at least LEAST_NOTICE days ahead.

    Raises PermissionDenied, ValidationError naming the field, Conflict when an end is announced.
    """
    current = _locked(actor, service)
    service_policy.require(actor, "host", current)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明停止的原因和替代办法。")})
    earliest = timezone.localdate() + timedelta(days=LEAST_NOTICE)
    if ends_on < earliest:
        text = _("至少提前%(days)d天预告，最早为%(day)s。")
        day = date_format(earliest, "Y年n月j日")
        raise ValidationError({"ends_on": text % {"days": LEAST_NOTICE, "day": day}})
    if ServiceEnd.objects.filter(service=current).exists():
        raise Conflict(_("停止日期已经预告过，如要更改请先撤回。"))
    end = ServiceEnd.objects.create(
        service=current, ends_on=ends_on, reason=reason.strip()[:300], announced_by=actor.user
    )
    record(
        "sharing.end.announced",
        actor=actor,
        subject=current,
        department=current.entry.department,
        data={"ends_on": ends_on.isoformat(), "reason": end.reason},
    )
    day = date_format(ends_on, "Y年n月j日")
    what = _("%(service)s将于%(day)s之后停止提供，如有异议请与提供单位协商或报市大数据局")
    _tell(actor, current, what, end.reason, day=day)
    return end


@transaction.atomic
def withdraw_end(*, actor: Actor, service: InterfaceService) -> None:
    """Takes the announcement back; the service goes on. Raises PermissionDenied, Conflict."""
    current = _locked(actor, service)
    if not service_policy.allows(actor, "coordinate", current):
        service_policy.require(actor, "host", current)
    end = ServiceEnd.objects.filter(service=current).first()
    if end is None:
        raise Conflict(_("没有停止预告可以撤回。"))
    record(
        "sharing.end.withdrawn",
        actor=actor,
        subject=current,
        department=current.entry.department,
        data={"ends_on": end.ends_on.isoformat()},
    )
    end.delete()
    _tell(actor, current, _("%(service)s的停止预告已撤回，继续提供"), "")


def _locked(actor: Actor, service: InterfaceService) -> InterfaceService:
    rows = InterfaceService.objects.select_for_update(of=("self",)).select_related(
        "entry__department"
    )
    return service_policy.fetch(actor, rows, pk=service.pk)


def _at(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "n月j日 H:i")


def _tell(actor: Actor, service: InterfaceService, what: str, body: str, **words: str) -> None:
    people = notices.people_to_tell("host_data", service.entry.department)
    for grant in grants_of(service.entry):
        people += notices.people_to_tell("use_authorizations", grant.consumer)
    notices.tell(
        people=people,
        kind="sharing.service.notice",
        title=what % {"service": service.entry.title, **words},
        body=body.strip(),
        subject=service,
        actor=actor,
    )
