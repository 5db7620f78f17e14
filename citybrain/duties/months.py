"""A year's calendar arranged for the page: twelve months of weeks, every day with its words."""

from calendar import Calendar as Weeks
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from citybrain.duties.calendar import ONE_DAY, Calendar, SpecialDay, statutory_days
from citybrain.duties.models import CalendarDay

WEEKDAYS = (_l("一"), _l("二"), _l("三"), _l("四"), _l("五"), _l("六"), _l("日"))
DayKind = Literal["work", "rest", "holiday", "makeup"]


@dataclass(frozen=True)
class DayCell:
    """`kind` is what the day is, `name` the festival if there is one."""

    date: date
    kind: DayKind
    name: str = ""


@dataclass(frozen=True)
class Month:
    """`weeks` start on Monday; None stands for days of the neighbouring months."""

    number: int
    weeks: list[list[DayCell | None]]
    working_days: int

    @property
    def named(self) -> list[str]:
        """The days that differ from the usual, runs of them in one line: 1日至7日 休 国庆节."""
        special = [cell for week in self.weeks for cell in week if cell and cell.name]
        runs: list[list[DayCell]] = []
        for cell in special:
            last = runs[-1][-1] if runs else None
            if last and (cell.date - last.date, cell.kind, cell.name) == (
                ONE_DAY,
                last.kind,
                last.name,
            ):
                runs[-1].append(cell)
            else:
                runs.append([cell])
        return [_words(run) for run in runs]


def months_of(year: int, calendar: Calendar) -> list[Month]:
    """January to December."""
    return [_month(year, number, calendar) for number in range(1, 13)]


def _month(year: int, number: int, calendar: Calendar) -> Month:
    weeks = [
        [_cell(day, calendar) if day.month == number else None for day in week]
        for week in Weeks().monthdatescalendar(year, number)
    ]
    working = sum(day.month == number for day in calendar.working_days_of(year))
    return Month(number, weeks, working)


def _cell(day: date, calendar: Calendar) -> DayCell:
    special = calendar.special_day(day)
    if special is not None:
        return DayCell(day, "makeup" if special.working else "holiday", special.name)
    return DayCell(day, "work" if day.weekday() < 5 else "rest")


def _words(run: list[DayCell]) -> str:
    what = _("班") if run[0].kind == "makeup" else _("休")
    words = {"first": run[0].date.day, "last": run[-1].date.day, "what": what, "name": run[0].name}
    if len(run) == 1:
        return _("%(first)s日 %(what)s %(name)s") % words
    return _("%(first)s日至%(last)s日 %(what)s %(name)s") % words


def special_days_of(year: int) -> dict[date, SpecialDay]:
    """What the year's notice says; before there is one, the statutory holidays to start from."""
    rows = CalendarDay.objects.filter(year=year).values_list("date", "working", "name")
    found = {day: SpecialDay(working, name) for day, working, name in rows}
    return found or dict(statutory_days(year))
