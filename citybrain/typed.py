"""Reading what addresses and forms bring as text."""

import re
from collections.abc import Iterable

CHOSEN = re.compile(r"([0-9]{1,18})\.([0-9]{1,9})")


def whole_number(text: str, most: int = 18) -> int | None:
    """The number that an address or a form names, of at most so many digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= most else None


def chosen_rows(texts: Iterable[str]) -> list[tuple[int, int]]:
    """Id and version of the rows that were ticked, written `id.version`; anything else is left out."""
    found = map(CHOSEN.fullmatch, texts)
    return [(int(one[1]), int(one[2])) for one in found if one]
