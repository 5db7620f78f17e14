"""The rows of an open entry: whether the public gets them, and the rows themselves.

What the portal keeps of an entry is published where the entry is open without conditions and every
guard of PUBLISH agrees. Where nobody judges, nothing can be published, so that raises.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Value, When

from catalog.choices import OpenType
from catalog.models import CatalogEntry, DataItem
from catalog.opendata.policies import free_items, is_free
from citybrain import registry
from citybrain.organizations.actors import Actor, system_actor
from citybrain.registry import Holding, Listeners, UnknownName

J = TypeVar("J")
PUBLISH = "catalog.opendata.publish_rows"
PREVIEWED = 20


@dataclass(frozen=True)
class OpenRows:
    """What the public gets of a holding: items that are open without conditions, nothing else."""

    items: list[DataItem]
    holding: Holding

    @property
    def headings(self) -> list[str]:
        return [item.name for item in self.items]

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[list[str]]:
        names = self.headings
        for row in self.holding.read(start, stop):
            yield [row.get(name, "") for name in names]

    def preview(self) -> list[list[str]]:
        return list(self.read(0, PREVIEWED))


def rows_of(entry: CatalogEntry) -> OpenRows | None:
    """The rows that the public gets of an open entry; None when it gets none."""
    items = public_items(entry)
    if not items:
        return None
    for source in registry.holdings:
        held = source(entry)
        if held is not None:
            return OpenRows(items, held)
    return None


def public_items(entry: CatalogEntry) -> list[DataItem]:
    """The items whose values anybody may have; none when the rows are not for the public."""
    items = free_items(entry)
    return [] if not items or objections(entry, system_actor()) else items


def objections(entry: CatalogEntry, actor: Actor) -> list[str]:
    """Why the rows of the entry are not for the public."""
    guards = _judges(registry.guards)
    return [reason for guard in guards for reason in guard(entry, actor)]


def published() -> Case:
    """The same for querysets: whether the public gets rows of an entry, one condition in SQL."""
    items = DataItem.objects.filter(is_free(), entry=OuterRef("pk"))
    condition = Q(Exists(items), open_type=OpenType.OPEN)
    for judge in _judges(registry.conditions):
        condition &= judge()
    return Case(When(condition, Value(True)), default=Value(False), output_field=BooleanField())


def _judges(listeners: Listeners[J]) -> tuple[J, ...]:
    found = listeners.on(PUBLISH)
    if not found:
        raise UnknownName(f"{listeners.what}: nobody judges {PUBLISH!r}.")
    return found
