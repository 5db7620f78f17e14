"""What pages show of interface services: how they are called, how they have answered."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from citybrain.audit.models import AuditRecord
from citybrain.labels import article_label
from citybrain.organizations.actors import Actor
from citybrain.ui import Attribute, Card, Move, TimelineEntry, Tone
from sharing.choices import Outcome, ServiceKind
from sharing.gateway.records import DEFAULT_PAGE, LARGEST_PAGE
from sharing.models import InterfaceService
from sharing.policies import call_policy, service_policy
from sharing.queries import Treatment
from sharing.usage import Period, counted

DAYS = 30
SWITCHES = {"disable": False, "enable": True}
# The service's own failures; every other refusal is the caller's to mend.
FAILURES = (Outcome.UNAVAILABLE, Outcome.NO_DATA, Outcome.FAILED)
# How a refusal is answered. `outcome` in its body is the word for programs.
ANSWERS: tuple[tuple[int, Outcome], ...] = (
    (400, Outcome.BAD_REQUEST),
    (401, Outcome.NO_CODE),
    (401, Outcome.MALFORMED_CODE),
    (401, Outcome.UNKNOWN_CODE),
    (401, Outcome.UNSIGNED),
    (401, Outcome.CLOCK_SKEW),
    (401, Outcome.REPLAYED),
    (403, Outcome.REVOKED_CODE),
    (403, Outcome.EXPIRED_CODE),
    (403, Outcome.SUSPENDED_CODE),
    (403, Outcome.OTHER_NETWORK),
    (403, Outcome.OUTSIDE_HOURS),
    (403, Outcome.OTHER_PURPOSE),
    (403, Outcome.OTHER_SERVICE),
    (403, Outcome.SUSPENDED),
    (403, Outcome.TERMINATED),
    (403, Outcome.EXPIRED),
    (403, Outcome.BARRED),
    (429, Outcome.TOO_FAST),
    (429, Outcome.OVER_QUOTA),
    (429, Outcome.TOO_MANY),
    (503, Outcome.NO_DATA),
    (503, Outcome.MAINTENANCE),
    (503, Outcome.UNAVAILABLE),
    (503, Outcome.FAILED),
)


@dataclass(frozen=True)
class Parameter:
    """One query parameter of the service."""

    name: str
    note: str


def state_of(service: InterfaceService) -> tuple[str, Tone]:
    """Whether it can be called now, in words."""
    if not service.enabled:
        return _("已停用"), "danger"
    end = getattr(service, "end", None)
    if end is not None and end.ends_on < timezone.localdate():
        return _("已停止提供"), "muted"
    if service.kind == ServiceKind.HOSTED and service.dataset_id is None:
        return _("尚无数据"), "warning"
    health = getattr(service, "health", None)
    if health is not None and not health.answers:
        return _("没有应答"), "danger"
    return _("可用"), "success"


def attributes_of(service: InterfaceService, address: str) -> list[Attribute]:
    dataset = service.dataset if service.kind == ServiceKind.HOSTED else None
    hosted = [
        Attribute(_("数据行数"), f"{dataset.rows:,}" if dataset else ""),
        Attribute(_("数据批次"), _("第%d批") % dataset.number if dataset else ""),
        Attribute(_("数据更新时间"), _moment(dataset.uploaded_at) if dataset else ""),
    ]
    return [
        Attribute(_("服务编码"), service.code),
        Attribute(_("提供单位"), service.entry.department.name),
        Attribute(_("服务地址"), address, wide=True),
        Attribute(_("数据来源"), service.get_kind_display()),
        *(hosted if service.kind == ServiceKind.HOSTED else ()),
        Attribute(_("更新周期"), service.entry.get_update_cycle_display()),
        Attribute(_("共享类型"), service.entry.get_sharing_type_display()),
        Attribute(_("注册时间"), _moment(service.registered_at)),
    ]


def parameters_of(treatments: Iterable[Treatment]) -> list[Parameter]:
    """What may be asked for; an item that is served masked cannot be filtered by."""
    fixed = [
        Parameter(
            "page_size",
            _("每页行数，1到%(most)d，不给出时为%(default)d。")
            % {"most": LARGEST_PAGE, "default": DEFAULT_PAGE},
        ),
        Parameter("after", _("取下一页：上一页返回的 next 的值；第一页不用给出。")),
        Parameter("items", _("只取部分信息项：名称用英文逗号分隔；不给出时为授权的全部信息项。")),
    ]
    return fixed + [
        Parameter(
            one.item.name,
            _("按“%(name)s”查询，取值与之完全相同的行（%(kind)s）。")
            % {"name": one.item.name, "kind": one.item.kind},
        )
        for one in treatments
        if not one.masked
    ]


def sample_of(service: InterfaceService, treatments: Iterable[Treatment]) -> str:
    """The shape of an answer, as JSON."""
    found = list(treatments)
    names = [one.item.name for one in found]
    body: dict[str, Any] = {
        "service": service.code,
        "authorization": "SJ2026-000001",
        "batch": service.dataset.number if service.dataset else 1,
        "items": names,
        "masked": [one.item.name for one in found if one.masked],
        "records": [dict.fromkeys(names, "…")],
        "next": DEFAULT_PAGE,
    }
    return json.dumps(body, ensure_ascii=False, indent=2)


def calls_by_service(actor: Actor, services: Iterable[InterfaceService]) -> dict[int, int]:
    """Calls of the last thirty days that the actor may see, by service."""
    these = Q(service__in=[service.pk for service in services])
    found: Counter[int] = Counter()
    for one in counted(call_policy.visible(actor) & these, Period.days(DAYS), by="service"):
        if one.key is not None:
            found[one.key] += one.calls
    return found


def figures_of(actor: Actor, service: InterfaceService) -> list[Card]:
    """How the service has answered in the last thirty days, as far as the actor may see it."""
    visible = call_policy.visible(actor) & Q(service=service)
    found = list(counted(visible, Period.days(DAYS)))
    calls = sum(one.calls for one in found)
    failed = sum(one.calls for one in found if one.outcome in FAILURES)
    served = sum(one.calls for one in found if one.outcome == Outcome.SERVED)
    spent = sum(one.milliseconds for one in found if one.outcome == Outcome.SERVED)
    last = max((one.day for one in found), default=None)
    available = f"{(calls - failed) * 100 / calls:.1f}" if calls else "—"
    pace = round(spent / served) if served else "—"
    return [
        Card(_("近%d天调用") % DAYS, calls, _("次"), "activity", "info"),
        Card(
            _("其中已提供"), served, _("次"), "circle-check",
            "success" if served else "neutral",
        ),
        Card(
            _("可用率"), available, "%" if calls else "", "gauge",
            "warning" if failed else "neutral", hint=_("停用和尚无数据时不可用"),
        ),
        Card(
            _("平均用时"), pace, _("毫秒") if pace != "—" else "", "clock",
            hint=_("最近调用 %s") % date_format(last, "n月j日") if last else "",
        ),
    ]  # fmt: skip


def switch_moves(service: InterfaceService, actor: Actor) -> list[Move]:
    """What the bureau's coordinator may do: stop the service, or start it again (SC-27)."""
    if not service_policy.allows(actor, "coordinate", service):
        return []
    name = "disable" if service.enabled else "enable"
    label, tone, help = {
        "disable": (
            _("停用服务"),
            "danger",
            _("停用后所有调用立即被拒绝，提供单位和使用单位都会收到通知。"),
        ),
        "enable": (_("恢复服务"), "primary", _("恢复后有效授权可以继续调用。")),
    }[name]
    url = reverse("sharing:service_switch", args=[service.pk, name])
    return [Move(name, label, url, tone, ("reason",), help, article_label("SC-27"))]  # type: ignore[arg-type]


def switches_of(service: InterfaceService) -> list[TimelineEntry]:
    """When it was stopped and started again, by whom and why, newest first."""
    records = AuditRecord.objects.filter(
        subject_type=service._meta.label, subject_id=service.pk, verb="sharing.service.switched"
    )
    return [
        TimelineEntry(
            label=_("恢复服务") if one.data["enabled"] else _("停用服务"),
            at=one.at,
            who=one.actor_name,
            reason=one.data["reason"],
            basis=article_label("SC-27"),
            tone="success" if one.data["enabled"] else "danger",
        )
        for one in records.order_by("-id")
    ]


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "Y年n月j日 H:i")
