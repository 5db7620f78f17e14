"""The verbs of the statutory clock: everything that writes duties or the calendar."""

from citybrain.duties.queries import open_duties_of
from citybrain.duties.services.calendar import Announcement, announce_year
from citybrain.duties.services.duty import (
    DutyConflict,
    cancel,
    extend,
    fulfil,
    open_duty,
    pause,
    resume,
)
from citybrain.duties.services.upkeep import DueChange, mark_breaches, recompute

__all__ = [
    "Announcement",
    "DueChange",
    "DutyConflict",
    "announce_year",
    "cancel",
    "extend",
    "fulfil",
    "mark_breaches",
    "open_duties_of",
    "open_duty",
    "pause",
    "recompute",
    "resume",
]
