"""The grade of an entry: the highest of its items (SC-13), told by the floor that grades them."""

from collections.abc import Iterable

from catalog.choices import Grade
from catalog.models import CatalogEntry

ORDER = tuple(Grade.values)


def highest(grades: Iterable[str | None]) -> str | None:
    """The most protected of the items' grades; None while one of them has none, or without items."""
    known = [ORDER.index(grade) if grade else -1 for grade in grades]
    return ORDER[max(known)] if known and min(known) >= 0 else None


def keep(entry: CatalogEntry, grades: Iterable[str | None]) -> None:
    """Keeps what follows from the grades in force of all its items, None for an item without.

    The caller holds the entry's row, so that two who grade at once do not pass each other by.
    """
    entry.grade = highest(grades)
    CatalogEntry.objects.filter(pk=entry.pk).update(grade=entry.grade)
