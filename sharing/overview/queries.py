"""One department's sharing on one page; as many queries for much of it as for little."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from citybrain.duties.choices import DutyState
from citybrain.duties.models import Duty
from citybrain.duties.models.duty import DutyQuerySet
from citybrain.duties.policies import duty_policy
from citybrain.duties.queries import in_state, open_by_subject
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department
from citybrain.ui import Card, ChartSeries, ChartSpec
from sharing import usage
from sharing.application_queries import INCOMING, MINE, TONES
from sharing.choices import ApplicationState, Outcome
from sharing.granted import LIVE, SOON, ending_within
from sharing.models import Authorization, InterfaceService, ShareApplication
from sharing.policies import application_policy, authorization_policy, call_policy, city_readers
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
    applications, authorizations = (
        reverse("sharing:applications"),
        reverse("sharing:authorizations"),
    )
    item = _("件")
    return [
        Card(_("我们提出的在办申请"), asked.count(), item, "send", "info", f"{applications}?tab={MINE}"),
        Card(
            _("向我们提出的在办申请"), wanted.count(), item, "inbox", "info",
            f"{applications}?tab={INCOMING}",
        ),
        Card(_("我们在用的授权"), grants["used"], _("项"), "key", "neutral", authorizations),
        Card(
            _("他人在用我们的数据"), grants["provided"], _("项"), "users", "neutral",
            f"{authorizations}?side=provided",
        ),
        Card(
            _("%d天内到期的授权") % SOON, grants["ending"], _("项"), "hourglass",
            "warning" if grants["ending"] else "neutral",
        ),
        Card(
            _("逾期未办"), late, _("项"), "alert-triangle", "danger" if late else "neutral",
            f"{reverse('duties:duty_list')}?{urlencode({'state': DutyState.OVERDUE})}",
        ),
    ]  # fmt: skip


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
    if not any(one.served or one.refused for one in uses):
        return []
    services = _served(condition, period, by="service")
    titles = dict(
        InterfaceService.objects.filter(pk__in=services).values_list("pk", "entry__title")
    )
    consumers = _served(condition, period, by="consumer")
    names = dict(Department.objects.filter(pk__in=consumers).values_list("pk", "short_name"))
    return [
        usage.chart(uses, id="use-by-month", title=_("近12个月调用")),
        _bars("use-by-service", _("按信息资源"), services, titles),
        _bars("use-by-consumer", _("按使用单位"), consumers, names),
    ]


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
