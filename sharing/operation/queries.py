"""What pages show of a service in operation."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from citybrain.ui import Attribute, ChartSeries, ChartSpec, DiffRow
from sharing.models import (
    InterfaceService,
    MaintenanceWindow,
    ServiceAvailability,
    ServiceEnd,
    ServiceHealth,
    ServiceVersion,
)
from sharing.operation.versions import differences

DAYS = 30
WINDOWS_SHOWN, VERSIONS_SHOWN = 10, 10


@dataclass(frozen=True)
class Version:
    """A version, and how it differs from the one before."""

    version: ServiceVersion
    changes: list[DiffRow]


def windows_of(service: InterfaceService) -> QuerySet[MaintenanceWindow]:
    """Announced pauses, the furthest ahead first."""
    return MaintenanceWindow.objects.filter(service=service).select_related("announced_by")


def end_of(service: InterfaceService) -> ServiceEnd | None:
    return ServiceEnd.objects.filter(service=service).select_related("announced_by").first()


def announced(service: InterfaceService | None) -> dict[str, Any]:
    """What templates/sharing/operation/_notices.html shows: the pause that is on, the end."""
    if service is None:
        return {}
    return {"pause": MaintenanceWindow.now_of(service), "end": end_of(service)}


def health_attributes(service: InterfaceService, *, inside: bool) -> list[Attribute]:
    """What the last probe found, and `inside` what it ran into; empty before the first one."""
    health = ServiceHealth.objects.filter(service=service).first()
    if health is None:
        return []
    since = date_format(timezone.localtime(health.since), "Y年n月j日 H:i")
    state = _("%s 起应答正常") if health.answers else _("%s 起没有应答")
    return [
        Attribute(_("探测结果"), state % since, help=health.note if inside else ""),
        Attribute(
            _("最近探测"),
            date_format(timezone.localtime(health.checked_at), "Y年n月j日 H:i"),
            help=_("用时%d毫秒") % health.milliseconds,
        ),
        Attribute(_("近%d天可用率") % DAYS, rate_words(availability(service))),
    ]


def availability(service: InterfaceService) -> tuple[int, int]:
    """Probes of the last thirty days and how many failed, announced pauses left out."""
    found = ServiceAvailability.objects.filter(service=service, day__gt=_first()).aggregate(
        probes=Sum("probes"), failed=Sum("failed")
    )
    return found["probes"] or 0, found["failed"] or 0


def rate_words(counted: tuple[int, int]) -> str:
    probes, failed = counted
    return f"{(probes - failed) * 100 / probes:.2f}%" if probes else "—"


def availability_chart(service: InterfaceService) -> ChartSpec | None:
    """Percent of probes answered, by day; None before there is anything to draw."""
    rows = dict(
        ServiceAvailability.objects.filter(service=service, day__gt=_first(), probes__gt=0)
        .annotate(answered=(F("probes") - F("failed")) * 100.0 / F("probes"))
        .values_list("day", "answered")
    )
    if not rows:
        return None
    days = sorted(rows)
    return ChartSpec(
        id="availability",
        title=_("近%d天可用率") % DAYS,
        kind="bar",
        categories=[day.strftime("%m-%d") for day in days],
        series=[ChartSeries(_("可用率"), [round(float(rows[day]), 2) for day in days])],
        unit="%",
        summary=_("近%(days)d天可用率%(rate)s，公告的维护时间不计。")
        % {"days": DAYS, "rate": rate_words(availability(service))},
    )


def versions_of(service: InterfaceService) -> list[Version]:
    """The newest versions with what changed, newest first."""
    found = list(ServiceVersion.objects.filter(service=service)[: VERSIONS_SHOWN + 1])
    return [
        Version(
            one, differences(found[place + 1].items, one.items) if place + 1 < len(found) else []
        )
        for place, one in enumerate(found[:VERSIONS_SHOWN])
    ]


def _first() -> date:
    return timezone.localdate() - timedelta(days=DAYS)
