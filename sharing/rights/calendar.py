"""Days and instants of the rights of use."""

from datetime import date, datetime, time

from django.utils import timezone


def midnight(day: date) -> datetime:
    """The instant at which the day begins here."""
    return datetime.combine(day, time.min, timezone.get_default_timezone())


def half_before(day: date) -> tuple[date, date]:
    """The first and last day of the half-year that ended last before `day`."""
    if day.month > 6:
        return date(day.year, 1, 1), date(day.year, 6, 30)
    return date(day.year - 1, 7, 1), date(day.year - 1, 12, 31)
