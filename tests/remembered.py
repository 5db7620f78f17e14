"""Scenes that many tests begin with: played once by a worker, after that put into the database.

Only where the outcome is certain to be the same: the test has the world as it was thawed, has
written nothing since then but such scenes, and changes neither code, settings nor time.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import time_machine
from django.db import connection
from django.utils import timezone

from tests.database import Frozen
from tests.personas import World

Given = ParamSpec("Given")
Made = TypeVar("Made")
# Who asks for these may change what a scene does, or look at what it does besides writing rows.
TOUCHING = frozenset({"monkeypatch", "settings", "django_capture_on_commit_callbacks"})
WRITTEN = """
SELECT sum(
    pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
    + pg_stat_get_xact_tuples_deleted(oid)
) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


@dataclass
class _Place:
    """What was put into the database of the running test, how much was written by then."""

    name: Hashable
    made: Any
    written: int


_here: list[_Place] = []
_known: dict[Hashable, Frozen[Any]] = {}


def leave() -> None:
    """From here on everything is played."""
    _here.clear()


def begin(world: World) -> None:
    """The database holds the rows of a frozen `world`, and nothing else."""
    _arrive((world.city.pk,), None)


def _arrive(name: Hashable, made: Any) -> None:
    _here[:] = [_Place(name, made, _written())]


def _written() -> int:
    """How many rows this transaction has written, those that it took back among them."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return int(cursor.fetchone()[0])


def _place() -> _Place | None:
    """Where the test is, unless something else was done since."""
    if not _here or not connection.in_atomic_block or time_machine.traveller_stack:
        return None
    return _here[0] if _here[0].written == _written() else None


def remembered(
    play: Callable[Concatenate[World, Given], Made],
) -> Callable[Concatenate[World, Given], Made]:
    """For a scene of the world alone, or of what the scene before it made."""

    @wraps(play)
    def scene(world: World, /, *given: Given.args, **changes: Given.kwargs) -> Made:
        place = None if changes else _place()
        if place is None or list(given) != [place.made] * len(given):
            return play(world, *given, **changes)
        name = (place.name, play.__name__, timezone.localdate())
        if name not in _known:
            _known[name] = Frozen.of(lambda: play(world, *given, **changes), may_change=True)
        made: Made = _known[name].thaw()
        _arrive(name, made)
        return made

    return scene
