"""The records behind a score: what a department did not do, as it stood at the report's instant."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import CatalogEntry
from evaluation.facts import clocks, entries, grants, guidance, updating
from evaluation.facts.departments import departments_at
from evaluation.facts.owners import owner_then
from evaluation.facts.period import Period
from evaluation.models import Scorecard
from sharing.transitions import REPLIES

MOST_SHOWN = 20


@dataclass(frozen=True)
class Record:
    """One record that cost points: what it is, what was wrong with it, and where it is shown."""

    title: str
    note: str
    url: str


@dataclass(frozen=True)
class Evidence:
    """The records that one indicator did not count, `count` of them, the first ones shown."""

    title: Any
    count: int
    records: list[Record]


def evidence_of(period: Period, card: Scorecard) -> dict[str, Evidence]:
    """By the code of the indicator, what the department and those merged into it did not do.

    Indicators in which nothing was lost are left out.
    """
    lost = {score["code"]: score["denominator"] - score["numerator"] for score in card.scores}
    then = departments_at(period)
    ids = [pk for pk in then.known if then.holder(pk) == card.department_id]
    return {
        code: Evidence(title, lost[code], find(period, ids))
        for code, (title, find) in FINDERS.items()
        if lost.get(code)
    }


def _without_data(period: Period, ids: Collection[int]) -> list[Record]:
    owner = owner_then(period, CatalogEntry, path="entry")
    rows = entries.sharable(period).annotate(owner=owner)
    rows = rows.filter(~entries.has_data(period), owner__in=ids)
    found = rows.order_by("entry__code").values_list(
        "entry_id", KT("content__title"), "entry__code"
    )
    return [_entry(pk, title, code) for pk, title, code in found[:MOST_SHOWN]]


def _updated_late(period: Period, ids: Collection[int]) -> list[Record]:
    late = updating.late_updates(period, list(ids))[:MOST_SHOWN]
    titles = CatalogEntry.objects.in_bulk([one.entry_id for one in late])
    return [
        _entry(
            one.entry_id,
            titles[one.entry_id].title,
            _("自%(last)s起，应于%(due)s前更新，%(when)s，逾期%(days)d天")
            % {
                "last": one.last_on,
                "due": one.due_on,
                "when": _("实际于%s更新") % one.updated_on
                if one.updated_on
                else _("至统计时未更新"),
                "days": one.days_late,
            },
        )
        for one in late
    ]


def _answered_late(period: Period, ids: Collection[int]) -> list[Record]:
    return _duties(_breached(period, ids).filter(rule__in=REPLIES))


def _unused(period: Period, ids: Collection[int]) -> list[Record]:
    rows = grants.usable(period).filter(~grants.is_used(period), owner__in=ids)
    found = rows.select_related("entry", "provider").defer("entry__search")
    return [
        Record(
            f"{one.number} {one.entry.title}",
            _("%(provider)s提供，有效期%(first)s至%(last)s")
            % {"provider": one.provider, "first": one.starts_on, "last": one.ends_on},
            reverse("sharing:authorization", args=[one.pk]),
        )
        for one in found.order_by("number")[:MOST_SHOWN]
    ]


def _overdue(period: Period, ids: Collection[int]) -> list[Record]:
    return _duties(_breached(period, ids))


def _guided_late(period: Period, ids: Collection[int]) -> list[Record]:
    return _duties(guidance.not_in_time(period, ids))


def _breached(period: Period, ids: Collection[int]) -> "QuerySet[Any]":
    kinds = clocks.judgement(period)
    return clocks.opened(period).filter(kinds["late"] | kinds["overdue"], owner__in=ids)


def _duties(duties: "QuerySet[Any]") -> list[Record]:
    return [
        Record(
            duty.subject_text,
            _("%(rule)s，期限至%(due)s") % {"rule": duty.definition.label, "due": duty.due_on},
            reverse("duties:duty", args=[duty.pk]),
        )
        for duty in duties.order_by("due_on", "pk")[:MOST_SHOWN]
    ]


def _entry(pk: int, title: str, note: str) -> Record:
    return Record(title, note, reverse("catalog:entry", args=[pk]))


Finder = Callable[[Period, Collection[int]], list[Record]]
FINDERS: dict[str, tuple[Any, Finder]] = {
    "attachment": (gettext_lazy("没有挂接数据的目录"), _without_data),
    "updating": (gettext_lazy("没有按更新周期更新的目录"), _updated_late),
    "answering": (gettext_lazy("没有在法定期限内答复的申请"), _answered_late),
    "using": (gettext_lazy("没有使用记录的授权"), _unused),
    "duties": (gettext_lazy("没有在期限内完成的法定时限事项"), _overdue),
    "guidance": (gettext_lazy("没有在期限内首次答复的指导和技术支持"), _guided_late),
}
