"""The calendar of the years whose notices are known, from the chinesecalendar package."""

from datetime import date
from typing import Any

from chinese_calendar import constants
from django.apps import apps as current_apps

# Years that the packaged data is trusted for. Later ones are announced by the bureau in the portal,
# so that due dates change in the open, on record, and not with an upgrade.
SEEDED_YEARS = (2024, 2025, 2026)
SOURCE = "国务院办公厅关于%s年部分节假日安排的通知"


def days_of(year: int) -> dict[date, tuple[bool, str]]:
    """The days that the year's notice names: (worked, name of the festival in Chinese)."""
    named = [(day, False, name) for day, name in constants.holidays.items()]
    named += [(day, True, name) for day, name in constants.workdays.items()]
    return {
        day: (working, constants.Holiday(name).chinese)
        for day, working, name in sorted(named)
        if day.year == year
    }


def after_migrate(*, using: str, apps: Any = current_apps, **kwargs: Any) -> None:
    """Adds the seeded years that the table does not have; never touches one that it has."""
    try:
        years = apps.get_model("duties", "CalendarYear")
        days = apps.get_model("duties", "CalendarDay")
    except LookupError:
        return
    for year in SEEDED_YEARS:
        row, created = years.objects.using(using).get_or_create(
            year=year, defaults={"source": SOURCE % year}
        )
        if created:
            days.objects.using(using).bulk_create(
                days(date=day, year=row, working=working, name=name)
                for day, (working, name) in days_of(year).items()
            )
