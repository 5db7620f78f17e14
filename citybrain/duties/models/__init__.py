"""The working calendar and the statutory clocks that run on it."""

from citybrain.duties.models.calendar import CalendarDay, CalendarYear
from citybrain.duties.models.duty import Duty, DutyQuerySet

__all__ = ["CalendarDay", "CalendarYear", "Duty", "DutyQuerySet"]
