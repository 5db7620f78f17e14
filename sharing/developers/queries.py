"""What pages show of developers: their keys, their use, what is left of today's quota."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry
from catalog.opendata.policies import open_entries
from catalog.opendata.rows import published
from citybrain.parameters.queries import value_of
from citybrain.ui import ChartSpec, Tone
from sharing import usage
from sharing.developers.admission import QUOTA, RATE, pace_of
from sharing.developers.choices import DeveloperState, OpenOutcome
from sharing.models import Developer, DeveloperKey, OpenCall
from sharing.tallying import OPENED
from sharing.usage import Period

DAYS = 30
TONES: dict[str, Tone] = {
    DeveloperState.ACTIVE: "success",
    DeveloperState.SUSPENDED: "danger",
    DeveloperState.WITHDRAWN: "muted",
}


@dataclass(frozen=True)
class KeyLine:
    """A key with its last call, and what it opens now."""

    key: DeveloperKey
    last_used: datetime | None
    state: str
    tone: Tone
    is_current: bool
    is_usable: bool


@dataclass(frozen=True)
class Left:
    """Today's quota of a developer, and what is left of it; the rate of a second."""

    quota: int
    used: int
    per_second: int

    @property
    def left(self) -> int:
        return max(0, self.quota - self.used)


def left_today(developer: Developer) -> Left:
    quota, per_second = value_of(QUOTA), value_of(RATE)
    share = pace_of(developer.pk, quota, per_second).share
    return Left(quota, share.used(timezone.now()), per_second)


def keys_of(developer: Developer) -> list[KeyLine]:
    """The developer's keys, those in use first; two queries."""
    keys = list(developer.keys.order_by("-pk"))
    calls = OpenCall.objects.filter(key__in=[key.pk for key in keys]).order_by()
    last = dict(calls.values_list("key").annotate(Max("at")))
    suspended = developer.state == DeveloperState.SUSPENDED
    lines = [_line(key, last.get(key.pk), suspended) for key in keys]
    return sorted(lines, key=lambda line: (not line.is_current, not line.is_usable))


def _line(key: DeveloperKey, last_used: datetime | None, suspended: bool) -> KeyLine:
    is_usable = key.is_usable(timezone.now())
    is_current = is_usable and key.ends_at is None
    if suspended and is_usable:
        state, tone = _("已暂停使用"), "danger"
    elif is_current:
        state, tone = _("正在使用"), "success"
    elif is_usable:
        state, tone = _("已更换，暂时可用"), "warning"
    else:
        state, tone = _("已停用"), "muted"
    return KeyLine(key, last_used, state, tone, is_current, is_usable)  # type: ignore[arg-type]


def use_chart(developer: Developer) -> ChartSpec:
    """Calls by day, those served over those refused."""
    uses = usage.use_of(Q(key__developer=developer.pk), Period.days(DAYS), ledger=OPENED)
    return usage.chart(uses, id="use-by-day", title=_("最近30天的调用"))


def served_lately(developers: Sequence[Developer]) -> dict[int, int]:
    """Calls served within DAYS, by developer; three queries for any number."""
    found: dict[int, int] = {}
    mine = Q(key__developer__in=[one.pk for one in developers])
    for one in usage.counted(mine, Period.days(DAYS), by="key__developer", ledger=OPENED):
        if one.outcome == OpenOutcome.SERVED and one.key is not None:
            found[one.key] = found.get(one.key, 0) + one.calls
    return found


def others_with_code(developer: Developer) -> QuerySet[Developer]:
    """Further registrations of the same company: each has a quota of its own."""
    if not developer.credit_code:
        return Developer.objects.none()
    return Developer.objects.filter(credit_code=developer.credit_code).exclude(pk=developer.pk)


def served_datasets() -> QuerySet[CatalogEntry]:
    """Open entries whose rows a key opens, by title."""
    rows = open_entries().annotate(has_rows=published()).filter(has_rows=True)
    return rows.select_related("department").defer("search").order_by("title", "pk")
