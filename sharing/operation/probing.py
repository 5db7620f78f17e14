"""Asking every service from time to time whether it answers, and adding up what was found by day.

A probe within an announced pause counts apart. After a third failure in a row the provider is told
once, and once again when the service is back.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.notices import services as notices
from citybrain.organizations.actors import system_actor
from sharing.choices import ServiceKind
from sharing.gateway.sources import Unreadable
from sharing.models import (
    HostedRow,
    InterfaceService,
    MaintenanceWindow,
    ServiceAvailability,
    ServiceHealth,
)

TOLD_AFTER = 3  # failures in a row
AT_ONCE = 8  # services that are asked at the same time; most of the time is waiting
Probe = Callable[[InterfaceService], None]


@dataclass(frozen=True)
class Found:
    """What one probe found: no note means that the service answered."""

    note: str
    milliseconds: int


def _hosted(service: InterfaceService) -> None:
    if service.dataset_id is None:
        raise Unreadable(_("提供单位尚未提供数据。"))
    if not HostedRow.objects.filter(dataset=service.dataset_id).exists():
        raise Unreadable(_("托管的数据没有行。"))


_probes: dict[str, Probe] = {ServiceKind.HOSTED: _hosted}


def add(kind: str, probe: Probe) -> None:
    """Lets services of this kind be probed so; the probe raises Unreadable when there is no answer."""
    if kind in _probes:
        raise ValueError(f"services of the kind {kind} have a probe already")
    _probes[kind] = probe


def probe_all() -> int:
    """Probes every service that is to answer; returns how many did not.

    A service that is stopped by the bureau, or has nothing to serve yet, is not asked.
    """
    services = list(_in_operation())
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(_ask, services))
    now = timezone.now()
    paused = set(MaintenanceWindow.on().values_list("service_id", flat=True))
    failed = 0
    for service, one in zip(services, found, strict=True):
        failed += bool(one.note)
        keep(service, one, now, paused=service.pk in paused)
    return failed


def _in_operation() -> QuerySet[InterfaceService]:
    waiting = InterfaceService.objects.filter(kind=ServiceKind.HOSTED, dataset__isnull=True)
    return (
        InterfaceService.objects.filter(enabled=True)
        .exclude(pk__in=waiting)
        .select_related("entry__department")
        .defer("entry__search")
        .order_by("pk")
    )


def _ask(service: InterfaceService) -> Found:
    """Runs in a thread of its own, whose connection is given back."""
    begun = perf_counter()
    try:
        _probes[service.kind](service)
        note = ""
    except Unreadable as error:
        note = error.inside
    finally:
        connection.close()
    return Found(note[:300], round((perf_counter() - begun) * 1000))


@transaction.atomic
def keep(service: InterfaceService, found: Found, at: datetime, *, paused: bool = False) -> None:
    """Adds the probe to the day and to the service's health, and tells of changes."""
    failed = bool(found.note)
    day = ServiceAvailability.objects.get_or_create(service=service, day=timezone.localdate(at))[0]
    counts = {"paused": F("paused") + 1} if paused else {"probes": F("probes") + 1}
    if failed and not paused:
        counts["failed"] = F("failed") + 1
    ServiceAvailability.objects.filter(pk=day.pk).update(**counts)
    health = ServiceHealth.objects.select_for_update().filter(service=service).first()
    if health is None:
        health = ServiceHealth(service=service, answers=not failed, since=at)
    before = health.failures
    if health.answers == failed:
        health.answers, health.since = not failed, at
    health.failures = (0 if paused else before + 1) if failed else 0
    health.checked_at, health.milliseconds, health.note = at, found.milliseconds, found.note
    health.save()
    if health.failures == TOLD_AFTER:
        _tell(service, _("%s连续三次探测没有应答"), found.note)
    elif not failed and before >= TOLD_AFTER:
        _tell(service, _("%s已恢复应答"), "")


def _tell(service: InterfaceService, what: str, note: str) -> None:
    notices.tell(
        people=notices.people_to_tell("host_data", service.entry.department),
        kind="sharing.service.notice",
        title=what % service.entry.title,
        body=note,
        subject=service,
        actor=system_actor(),
    )
