"""One department's sharing on one page; as many queries for much of it as for little."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from citybrain.duties.choices import DutyState
from citybrain.duties.models import Duty
from citybrain.duties.models.duty import DutyQuerySet
from citybrain.duties.policies import duty_policy
from citybrain.duties.queries import in_state, open_by_subject
from citybrain.duties.rules import rule_of
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department
from citybrain.ui import Card, ChartSeries, ChartSpec
from sharing import usage
from sharing.application_queries import INCOMING, MINE, TONES
from sharing.choices import ApplicationState, Outcome
from sharing.granted import LIVE, SOON, ending_within
from sharing.models import Authorization, InterfaceService, ShareApplication
from sharing.policies import application_policy, authorization_policy, call_policy, city_readers
from sharing.tallying import OPENED
from sharing.usage import Period

MONTHS = 12
SHOWN = 8  # lines of each list; the whole list is a click away
WAITING = (
    ApplicationState.SIGNING,
    ApplicationState.ANSWERING,
    ApplicationState.SUPPLEMENTING,
)


@dataclass(frozen=True)
class Line:
    """An application that is under way, seen from one side."""

    application: ShareApplication
    tone: str
    duty: Duty | None


@dataclass(frozen=True)
class Owed:
    """One kind of thing that others wait for: how many, and the first day that one is due."""

    label: Any
    count: int
    first: date
    url: str


def may_see(actor: Actor, department: Department) -> bool:
    return actor.may("view_sharing", department.pk) or city_readers(actor)


def cards_of(actor: Actor, department: Department) -> list[Card]:
    """What is under way, in force, about to end and late; each number leads to its list."""
    asked, wanted = _applications(actor, department)
    grants = authorization_policy.queryset(actor).aggregate(
        used=Count("pk", filter=Q(consumer=department, state__in=LIVE)),
        provided=Count("pk", filter=Q(provider=department, state__in=LIVE)),
        ending=Count(
            "pk",
            filter=(Q(consumer=department) | Q(provider=department)) & Q(**ending_within(SOON)),
        ),
    )
    late = _late(actor, department).count()
    item, lists = _("件"), _lists(actor, department)
    overdue = urlencode({"state": str(DutyState.OVERDUE), "department": str(department.pk)})
    return [
        Card(_("本单位提出的在办申请"), asked.count(), item, "send", "info", lists["asked"]),
        Card(_("向本单位提出的在办申请"), wanted.count(), item, "inbox", "info", lists["wanted"]),
        Card(_("本单位在用的授权"), grants["used"], _("项"), "key", "neutral", lists["used"]),
        Card(
            _("本单位授出的在用授权"), grants["provided"], _("项"), "users", "neutral",
            lists["provided"],
        ),
        Card(
            _("%d天内到期的授权") % SOON, grants["ending"], _("项"), "hourglass",
            "warning" if grants["ending"] else "neutral", "#ending",
        ),
        Card(
            _("逾期未办"), late, _("项"), "alert-triangle", "danger" if late else "neutral",
            f"{reverse('duties:duty_list')}?{overdue}",
        ),
    ]  # fmt: skip


def _lists(actor: Actor, department: Department) -> dict[str, str]:
    """Where the numbers are told one by one; the lists are those of the reader's own department."""
    if actor.department_id != department.pk:
        return {"asked": "#asked", "wanted": "#wanted", "used": "", "provided": ""}
    applications = reverse("sharing:applications")
    authorizations = reverse("sharing:authorizations")
    return {
        "asked": f"{applications}?tab={MINE}",
        "wanted": f"{applications}?tab={INCOMING}",
        "used": authorizations,
        "provided": f"{authorizations}?side=provided",
    }


def owed(actor: Actor, department: Department) -> list[Owed]:
    """What others wait for, by kind, the most urgent first; also what is no application."""
    rows = Duty.objects.open().filter(
        duty_policy.visible(actor), department=department, for_department__isnull=False
    )
    rows = rows.exclude(for_department=department).order_by()
    found = rows.values("rule").annotate(n=Count("pk"), first=Min("due_on"))
    return [
        Owed(rule_of(one["rule"]).label, one["n"], one["first"], _of_rule(one["rule"], department))
        for one in sorted(found, key=lambda one: one["first"])
    ]


def _of_rule(rule: str, department: Department) -> str:
    return f"{reverse('duties:duty_list')}?{urlencode({'rule': rule, 'department': str(department.pk)})}"


def _applications(
    actor: Actor, department: Department
) -> tuple[QuerySet[ShareApplication], QuerySet[ShareApplication]]:
    rows = application_policy.queryset(actor).filter(state__in=WAITING)
    rows = rows.select_related("department", "provider", "entry").defer("entry__search")
    return (
        rows.filter(department=department).order_by("id"),
        rows.filter(provider=department, submitted_at__isnull=False).order_by("id"),
    )


def lines_of(actor: Actor, department: Department) -> tuple[list[Line], list[Line]]:
    """What the department has asked for, and what others want of it, the oldest first."""
    asked, wanted = (list(rows[:SHOWN]) for rows in _applications(actor, department))
    duties = open_by_subject([*asked, *wanted])
    return _lines(asked, duties), _lines(wanted, duties)


def _lines(rows: Iterable[ShareApplication], duties: dict[int, Duty]) -> list[Line]:
    return [Line(one, TONES[one.state], duties.get(one.pk)) for one in rows]


def ending(actor: Actor, department: Department) -> list[Authorization]:
    """Grants on either side that end soon, the first to end first."""
    rows = authorization_policy.queryset(actor).filter(
        Q(consumer=department) | Q(provider=department), **ending_within(SOON)
    )
    rows = rows.select_related("consumer", "provider", "entry").defer("entry__search", "terms")
    return list(rows.order_by("ends_on", "pk")[:SHOWN])


def _late(actor: Actor, department: Department) -> DutyQuerySet:
    owed = Duty.objects.filter(duty_policy.visible(actor), department=department)
    return in_state(owed, DutyState.OVERDUE)


def late(actor: Actor, department: Department) -> list[Duty]:
    """What the department owes and has not done in time, the longest overdue first."""
    return list(_late(actor, department).with_names().order_by("due_on", "id")[:SHOWN])


def charts_of(actor: Actor, department: Department) -> list[ChartSpec]:
    """Who uses what of the department's and how much: by month, by service, by consumer."""
    condition = call_policy.visible(actor) & Q(provider=department)
    period = Period.months(MONTHS)
    uses = usage.use_of(condition, period)
    opened = _opened(department, period)
    if not any(one.served or one.refused for one in uses):
        return opened
    services = _served(condition, period, by="service")
    titles = dict(
        InterfaceService.objects.filter(pk__in=services).values_list("pk", "entry__title")
    )
    consumers = _served(condition, period, by="consumer")
    names = dict(Department.objects.filter(pk__in=consumers).values_list("pk", "short_name"))
    return [
        usage.chart(uses, id="use-by-month", title=_("近12个月调用")),
        _bars("use-by-service", _("近12个月调用：按信息资源"), services, titles),
        _bars("use-by-consumer", _("近12个月调用：按使用单位"), consumers, names),
        *opened,
    ]


def _opened(department: Department, period: Period) -> list[ChartSpec]:
    """What developers outside call of the department's open data."""
    uses = usage.use_of(Q(entry__department=department), period, ledger=OPENED)
    if not any(one.served or one.refused for one in uses):
        return []
    return [usage.chart(uses, id="open-use-by-month", title=_("近12个月开放数据开发者调用"))]


def _served(condition: Q, period: Period, *, by: str) -> dict[int, int]:
    """Served calls by service or consumer, the most first."""
    counts: Counter[int] = Counter()
    for found in usage.counted(condition & Q(outcome=Outcome.SERVED), period, by=by):
        if found.key is not None:
            counts[found.key] += found.calls
    return dict(counts.most_common(SHOWN))


def _bars(id: str, title: Any, counts: dict[int, int], names: dict[int, str]) -> ChartSpec:
    return ChartSpec(
        id=id,
        title=title,
        kind="hbar",
        categories=[names.get(key, "") for key in counts],
        series=[ChartSeries(_("已提供"), list(counts.values()))],
        unit=_("次"),
    )
