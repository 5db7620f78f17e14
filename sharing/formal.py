"""Format review 形式审查: what SC-20 wants of an application, looked at point by point by rule.

What is missing keeps it from being submitted (`services.applications.missing_of`). What is doubtful
does not: it is pointed out to whoever signs and whoever answers, who may ask for a supplement (SC-21).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import TextChoices, prefetch_related_objects
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import DataItem
from catalog.negative_list.choices import Bars
from catalog.negative_list.queries import Barred, barred_of
from citybrain.audit.services import record
from citybrain.organizations.actors import Actor
from citybrain.ui import Tone
from sharing.attachments.services import counts_of
from sharing.choices import LIVE_APPLICATIONS
from sharing.models import ShareApplication
from sharing.services.applications import missing_of, offered_items

TITLED = re.compile(r"《[^》]+》")
ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百千\d]+条")
TELEPHONE = re.compile(r"\d[\d\-转 ]{5,}\d")
FEWEST_CHARACTERS = 10
ONE_YEAR = timedelta(days=366)


class Finding(TextChoices):
    MET = "met", gettext_lazy("符合")
    DOUBTFUL = "doubtful", gettext_lazy("请核对")
    MISSING = "missing", gettext_lazy("缺少")


TONES: dict[str, Tone] = {
    Finding.MET: "success",
    Finding.DOUBTFUL: "warning",
    Finding.MISSING: "danger",
}


@dataclass(frozen=True)
class Point:
    """One point of the review; `notes` are sentences that say what is missing or doubtful."""

    label: str
    finding: Finding
    notes: tuple[str, ...] = ()

    @property
    def tone(self) -> Tone:
        return TONES[self.finding]


@dataclass(frozen=True)
class _Asked:
    """An application with what several points look at."""

    application: ShareApplication
    items: list[DataItem]
    papers: int
    listed: Barred


def points_of(application: ShareApplication) -> list[Point]:
    """The points in the order of the article, each with its finding."""
    return points_of_all([application])[application.pk]


def points_of_all(applications: Sequence[ShareApplication]) -> dict[int, list[Point]]:
    """The same for many, by their id; the queries are those of one."""
    prefetch_related_objects(applications, "items__item", "entry__items")
    papers = counts_of(applications)
    listed = barred_of(one.entry for one in applications)
    return {
        one.pk: _points(
            _Asked(
                one,
                [asked.item for asked in one.items.all()],
                papers.get(one.pk, 0),
                listed[one.entry_id],
            )
        )
        for one in applications
    }


def _points(asked: _Asked) -> list[Point]:
    missing = missing_of(asked.application)
    return [_point(missing, asked, *point) for point in POINTS]


def keep(application: ShareApplication, actor: Actor) -> None:
    """What the review found when the application was signed stays on record with the signature."""
    points = points_of(application)
    record(
        "sharing.application.reviewed",
        actor=actor,
        subject=application,
        department=application.department,
        data={
            "points": len(points),
            "notes": [f"{point.label}：{note}" for point in points for note in point.notes],
        },
    )


def panel(request: HttpRequest, application: ShareApplication) -> dict[str, Any] | None:
    """The review on the page of an application that is not decided yet."""
    if application.state not in LIVE_APPLICATIONS:
        return None
    points = points_of(application)
    return {
        "title": _("形式审查"),
        "template": "sharing/formal_panel.html",
        "context": {
            "points": points,
            "unmet": sum(point.finding != Finding.MET for point in points),
        },
        "icon": "list-check",
        "id": "formal",
    }


def _point(
    missing: dict[str, str],
    asked: _Asked,
    label: Any,
    fields: tuple[str, ...],
    doubts: Callable[[_Asked], Iterator[str]],
) -> Point:
    lacks = tuple(missing[field] for field in fields if field in missing)
    if lacks:
        return Point(str(label), Finding.MISSING, lacks)
    found = tuple(doubts(asked))
    return Point(str(label), Finding.DOUBTFUL if found else Finding.MET, found)


def _basis(asked: _Asked) -> Iterator[str]:
    basis = asked.application.legal_basis
    if not TITLED.search(basis):
        yield _("使用依据没有写明法规或者文件的名称（书名号）。")
    elif not ARTICLE.search(basis) and not asked.papers:
        yield _("使用依据没有写明条款，也没有附文件。")


def _use(asked: _Asked) -> Iterator[str]:
    scenario, usage = asked.application.scenario, asked.application.usage_range
    for text, label in ((scenario, _("使用场景")), (usage, _("使用范围"))):
        if len(text.strip()) < FEWEST_CHARACTERS:
            yield _("%(field)s不足%(count)d个字，难以判断是否必要。") % {
                "field": label,
                "count": FEWEST_CHARACTERS,
            }
    if scenario.strip() and scenario.strip() == usage.strip():
        yield _("使用场景与使用范围的内容相同。")


def _items(asked: _Asked) -> Iterator[str]:
    entry = asked.application.entry
    offered = {item.name for item in offered_items(entry)}
    chosen = [item.name for item in asked.items]
    listed = asked.listed.items(Bars.SHARING, chosen)
    for name in chosen:
        if name not in offered or name in listed:
            yield _("信息项“%s”现在不能申请。") % name
    if len(offered) > 1 and offered <= set(chosen):
        yield _("申请了全部%d个信息项，请核对是否都为履职所必需。") % len(offered)


def _period(asked: _Asked) -> Iterator[str]:
    first, last = asked.application.starts_on, asked.application.ends_on
    if first and last and last > first + ONE_YEAR:
        yield _("使用期限超过一年，请核对是否必要。")


def _contact(asked: _Asked) -> Iterator[str]:
    if not TELEPHONE.search(asked.application.contact):
        yield _("联系人栏没有看到电话号码。")


def _abroad(asked: _Asked) -> Iterator[str]:
    if asked.application.goes_abroad and asked.application.assessment_id is None:
        yield _(
            "涉及向境外提供，尚未选择数据出境安全评估记录，不能同意（促进条例（草案）第二十二条）。"
        )


# Label, fields of missing_of, and what may be doubtful when nothing is missing.
POINTS: tuple[tuple[Any, tuple[str, ...], Callable[[_Asked], Iterator[str]]], ...] = (
    (gettext_lazy("使用依据"), ("use_basis", "legal_basis"), _basis),
    (gettext_lazy("使用场景和范围"), ("scenario", "usage_range"), _use),
    (gettext_lazy("信息项"), ("items",), _items),
    (gettext_lazy("共享方式和时限"), ("method", "starts_on", "ends_on", "daily_calls"), _period),
    (gettext_lazy("联系人"), ("contact",), _contact),
    (gettext_lazy("数据出境"), ("abroad_note",), _abroad),
)
