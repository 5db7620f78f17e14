"""The calendar of this process, kept right across processes.

The calendar is built once and kept. Before each use its stamps (a handful of rows) are compared
with the table's, one query of well under a millisecond; inside a web request only the first use
asks, so a page costs one such query however many rows it shows. Every change of a year brings a new
random stamp, so a copy can never pass for another, not even after a rolled-back change.
"""

import threading
from typing import Any
from uuid import UUID

from django.core.signals import request_finished, request_started

from citybrain.duties.calendar import Calendar, SpecialDay
from citybrain.duties.models.calendar import CalendarDay, CalendarYear

Stamps = tuple[tuple[int, UUID], ...]

_request = threading.local()
_loaded: tuple[Stamps, Calendar] | None = None


def current_calendar(*, fresh: bool = False) -> Calendar:
    """The calendar as the database has it now.

    `fresh` asks the database even when this request asked before: for whoever just changed it.
    """
    global _loaded  # noqa: PLW0603 - the copy of this process; swapped whole, never altered
    in_request = getattr(_request, "active", False)
    known: Calendar | None = getattr(_request, "calendar", None)
    if known is not None and in_request and not fresh:
        return known
    stamps: Stamps = tuple(CalendarYear.objects.order_by("year").values_list("year", "stamp"))
    loaded = _loaded
    if loaded is None or loaded[0] != stamps:
        loaded = _loaded = (stamps, _load(stamps))
    if in_request:
        _request.calendar = loaded[1]
    return loaded[1]


def _load(stamps: Stamps) -> Calendar:
    rows = CalendarDay.objects.order_by("date").values_list("date", "working", "name")
    special = {day: SpecialDay(working, name) for day, working, name in rows}
    return Calendar(special=special, announced=frozenset(year for year, _stamp in stamps))


def _request_begins(**kwargs: Any) -> None:
    _request.active, _request.calendar = True, None


def _request_ends(**kwargs: Any) -> None:
    _request.active, _request.calendar = False, None


request_started.connect(_request_begins, dispatch_uid="citybrain.duties.calendar")
request_finished.connect(_request_ends, dispatch_uid="citybrain.duties.calendar")
