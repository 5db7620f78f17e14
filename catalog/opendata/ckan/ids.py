"""CKAN's identifiers, made from what identifies things here, so that they stay and lead back."""

import re
import uuid
from enum import IntEnum

from catalog.choices import THEMES

_ID = re.compile(r"c17b000([1-4])-000([0-9])-8000-8000-([0-9a-f]{12})")


class Kind(IntEnum):
    PACKAGE = 1
    ORGANIZATION = 2
    GROUP = 3
    RESOURCE = 4


def id_of(kind: Kind, number: int, part: int = 0) -> str:
    """A UUID (of the free version 8) with the number in its tail."""
    return str(uuid.UUID(f"c17b000{kind:d}-000{part:d}-8000-8000-{number:012x}"))


def read(text: str, kind: Kind) -> tuple[int, int] | None:
    """The number and the part in an id of that kind; None for any other text."""
    match = _ID.fullmatch(text.lower())
    if match is None or int(match[1]) != kind:
        return None
    return int(match[3], 16), int(match[2])


GROUPS: dict[str, str] = {f"theme-{number}": number for number, _label in THEMES}


def group_named(text: str) -> str | None:
    """The number of the theme that a group's name or id stands for."""
    found = read(text, Kind.GROUP)
    return GROUPS.get(f"theme-{found[0]:02}" if found else text)
