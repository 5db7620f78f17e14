"""What the pages of libraries and sources of record show."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.libraries.choices import Coverage, Verdict
from catalog.models import (
    CatalogEntry,
    DataItem,
    ItemOverlap,
    ItemSource,
    Library,
    LibraryItem,
)
from catalog.models.item import item_key
from citybrain.audit.models import AuditRecord
from citybrain.organizations.models import Department
from citybrain.ui import TimelineEntry, Tone

TONES: dict[str, Tone] = {
    Coverage.PROVIDED: "success",
    Coverage.UNCATALOGUED: "warning",
    Coverage.UNDECIDED: "neutral",
}
COLLECTORS_SHOWN = 200


@dataclass(frozen=True)
class Covered:
    """An item of a library: its source of record, and how many published entries provide it."""

    item: LibraryItem
    source: ItemSource | None
    provided: int
    collected: int

    @property
    def coverage(self) -> Coverage:
        if self.source is None:
            return Coverage.UNDECIDED
        return Coverage.PROVIDED if self.provided else Coverage.UNCATALOGUED

    @property
    def tone(self) -> Tone:
        return TONES[self.coverage]

    @property
    def url(self) -> str:
        return item_url(self.item.name)


@dataclass(frozen=True)
class Sourced:
    """An item of an entry whose source of record is another department."""

    name: str
    department: Department
    entries: list[CatalogEntry]


def published_items() -> QuerySet[DataItem]:
    """Items of entries that are in force."""
    return DataItem.objects.filter(entry__state=EntryState.PUBLISHED, entry__revises=None)


def listed(rows: QuerySet[Library]) -> QuerySet[Library]:
    """With the number of their items and of those that have a source of record."""
    decided = ItemSource.objects.filter(key=OuterRef("key"), verdict=Verdict.SOURCE)
    sourced = LibraryItem.objects.filter(Exists(decided), library=OuterRef("pk"))
    counted = sourced.order_by().values("library").annotate(n=Count("pk")).values("n")
    listed = rows.select_related("lead").annotate(item_count=Count("items"), sourced=counted)
    return listed.order_by("kind", "pk")


def coverage_of(library: Library) -> list[Covered]:
    """Every item with its source and who provides it; three statements."""
    items = list(library.items.all())
    keys = [item.key for item in items]
    sources = sources_of(keys)
    counts: dict[tuple[str, int], int] = {}
    totals: dict[str, int] = {}
    rows = published_items().filter(key__in=keys).order_by()
    counted = rows.values_list("key", "entry__department").annotate(n=Count("entry", distinct=True))
    for key, department, count in counted:
        counts[key, department] = count
        totals[key] = totals.get(key, 0) + count
    return [
        Covered(
            item,
            source,
            counts.get((item.key, source.department_id or 0), 0) if source else 0,
            totals.get(item.key, 0),
        )
        for item in items
        for source in [sources.get(item.key)]
    ]


def sources_of(keys: Iterable[str]) -> dict[str, ItemSource]:
    """Decided sources of record by key; one query."""
    found = ItemSource.objects.filter(key__in=list(keys), verdict=Verdict.SOURCE)
    return {one.key: one for one in found.select_related("department")}


def sourced_elsewhere(entry: CatalogEntry) -> list[Sourced]:
    """Which items of the entry another department is the source of record of, and where it is."""
    items = {item.key: item for item in entry.items.all()}
    sources = {
        key: one
        for key, one in sources_of(items).items()
        if one.department_id != entry.department_id
    }
    if not sources:
        return []
    provided: dict[tuple[str, int], list[CatalogEntry]] = {}
    rows = (
        published_items()
        .filter(key__in=sources, entry__department__in=[o.department_id for o in sources.values()])
        .select_related("entry")
        .defer("entry__search")
        .order_by("entry__title_pinyin", "pk")
    )
    for row in rows[:COLLECTORS_SHOWN]:
        provided.setdefault((row.key, row.entry.department_id), []).append(row.entry)
    return [
        Sourced(items[key].name, one.department, provided.get((key, one.department.pk), []))
        for key, one in sources.items()
        if one.department is not None
    ]


def collecting(key: str) -> QuerySet[Any]:
    """Ids of the departments that collect the item in published entries."""
    return published_items().filter(key=key).order_by().values("entry__department")


def undecided(words: Iterable[str]) -> QuerySet[ItemOverlap]:
    """Items that several departments collect and nobody has decided on, the most spread first."""
    decided = ItemSource.objects.filter(key=OuterRef("key"))
    found = ItemOverlap.objects.filter(~Exists(decided))
    for word in words:
        found = found.filter(key__contains=item_key(word))
    return found


def decisions(words: Iterable[str]) -> QuerySet[ItemSource]:
    found = ItemSource.objects.select_related("department", "decided_by")
    for word in words:
        found = found.filter(key__contains=item_key(word))
    return found


def collectors_of(name: str) -> list[DataItem]:
    """The published items of this name, by department."""
    rows = published_items().filter(key=item_key(name)).select_related("entry__department")
    rows = rows.defer("entry__search")
    return list(rows.order_by("entry__department__order", "entry__title_pinyin", "pk"))[
        :COLLECTORS_SHOWN
    ]


def history_of(source: ItemSource) -> list[TimelineEntry]:
    """Every decision that was made on the item, newest first."""
    records = AuditRecord.objects.filter(
        verb="catalog.source.decided", subject_type=source._meta.label, subject_id=source.pk
    ).order_by("-id")
    return [_decision(one) for one in records.select_related("actor__department")]


def _decision(record: AuditRecord) -> TimelineEntry:
    after: dict[str, Any] = record.data["after"]
    department = record.actor.department if record.actor else None
    return TimelineEntry(
        label=str(Verdict(after["verdict"]).label),
        at=record.at,
        who=record.actor_name,
        department=department.short_name if department else "",
        to_label=after["department"] or _("各自采集"),
        reason=after["reason"],
    )


def item_url(name: str) -> str:
    """The page of an item by its name."""
    return f"{reverse('catalog:source_item')}?{urlencode({'name': name})}"


def address_of(library: Library) -> str:
    return reverse("catalog:library", args=[library.pk])
