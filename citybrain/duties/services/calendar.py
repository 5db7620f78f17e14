"""Announcing a year: the State Council's notice takes the place of the provisional answer."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.audit.services import record
from citybrain.duties.calendar import SpecialDay, statutory_days
from citybrain.duties.loader import current_calendar
from citybrain.duties.models import CalendarDay, CalendarYear
from citybrain.duties.policies import MANAGE_CALENDAR
from citybrain.duties.services.upkeep import DueChange, recompute
from citybrain.organizations.actors import Actor
from citybrain.policies import require_anywhere

FIRST_YEAR, LAST_YEAR = 2000, 2100  # what the library of statutory holidays knows


@dataclass(frozen=True)
class Announcement:
    """What announcing a year did.

    `changes` are the open duties whose last day moved; `forgotten` the statutory holidays that the
    notice as entered does not give off, for a second look.
    """

    year: CalendarYear
    changes: list[DueChange]
    forgotten: list[tuple[date, str]]


def objections(year: int, days: Mapping[date, SpecialDay]) -> list[tuple[date | None, str]]:
    """What is wrong with a notice as entered, by day; None where it is not about one day."""
    found: list[tuple[date | None, str]] = []
    if not FIRST_YEAR <= year <= LAST_YEAR:
        found.append((None, _("年份应在%(first)s至%(last)s之间。") % _YEARS))
        return found
    if not any(not special.working for special in days.values()):
        found.append((None, _("没有任何休息日，请按通知逐日填写。")))
    taken = dict(
        CalendarDay.objects.filter(date__in=list(days))
        .exclude(year_id=year)
        .values_list("date", "year_id")
    )
    for day, special in sorted(days.items()):
        if day.year != year and (day.year, day.month) != (year - 1, 12):
            found.append((day, _("不属于%(year)s年（或上一年12月）。") % {"year": year}))
        elif day in taken:
            found.append((day, _("已由%(year)s年的通知规定。") % {"year": taken[day]}))
        elif special.working and day.weekday() < 5:
            found.append((day, _("本来就是工作日，调休上班只能是周六或周日。")))
        elif not special.working and not special.name:
            found.append((day, _("请在“休”后写明节日名称。")))
    return found


@transaction.atomic
def announce_year(
    *, year: int, days: Mapping[date, SpecialDay], source: str, actor: Actor
) -> Announcement:
    """Makes `days` the arrangement of `year`, in place of whatever stood, and recomputes duties.

    `days` are all days that the notice names, weekends within a holiday included, some of them
    possibly in the December before. `source` is the notice's title and number. For a notice
    changed within the year call it again with the whole arrangement.

    Raises PermissionDenied without the permission to keep the calendar, ValidationError naming
    the days at fault; then nothing has changed.
    """
    require_anywhere(actor, MANAGE_CALENDAR)
    if not source.strip():
        raise ValidationError({"source": _("请填写放假通知的标题和文号。")})
    faults = objections(year, days)
    if faults:
        raise ValidationError(
            {"days": [f"{day.isoformat()}：{text}" if day else text for day, text in faults]}
        )
    row = _claim(year)
    before = {day.date: day for day in row.days.all()}
    row.source = source.strip()[:200]
    row.stamp = uuid.uuid4()
    row.updated_at = timezone.now()
    row.updated_by = actor.user
    row.save()
    row.days.exclude(date__in=list(days)).delete()
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(date=day, year=row, working=special.working, name=special.name)
            for day, special in sorted(days.items())
        ],
        update_conflicts=True,
        unique_fields=["date"],
        update_fields=["year", "working", "name"],
    )
    record(
        "duties.calendar_announced",
        actor=actor,
        subject=row,
        data={
            "source": row.source,
            "before": [str(day) for day in before.values()],
            "after": [str(day) for day in row.days.all()],
        },
    )
    current_calendar(fresh=True)
    forgotten = [
        (day, special.name)
        for day, special in statutory_days(year).items()
        if day.weekday() < 5 and not special.working and day not in days
    ]
    return Announcement(row, recompute(actor=actor, year=year), sorted(forgotten))


def _claim(year: int) -> CalendarYear:
    """The year's row, locked, so that two people announcing it do so one after the other."""
    CalendarYear.objects.bulk_create([CalendarYear(year=year)], ignore_conflicts=True)
    return CalendarYear.objects.select_for_update().get(year=year)


_YEARS = {"first": FIRST_YEAR, "last": LAST_YEAR}
