"""What the public sees: published entries that are open, and of them the open items.

Every public page, file, feed and API starts from here (HK-14, HK-17).
"""

from django.db.models import Exists, Func, JSONField, OuterRef, Prefetch, Q, QuerySet

from catalog.choices import EntryState, OpenType, SharingType
from catalog.models import CatalogEntry, DataItem
from catalog.negative_list.choices import Bars
from catalog.negative_list.queries import barred_whole, in_force

OPENED = (OpenType.CONDITIONAL, OpenType.OPEN)


def open_entries() -> QuerySet[CatalogEntry]:
    """Published entries with an open content.

    Never a revision, what the law withholds, or what the negative list bars from opening.
    """
    return CatalogEntry.objects.filter(
        ~barred_whole(Bars.OPENING), state=EntryState.PUBLISHED, revises=None, open_type__in=OPENED
    ).exclude(sharing_type=SharingType.WITHHELD)


def is_open() -> Q:
    """The condition that the public may know of an item of an open entry.

    An item is open as its entry is, or less; the negative list may bar it by its name.
    """
    name = Func(OuterRef("name"), function="to_jsonb", output_field=JSONField())
    barring = in_force().filter(
        bars__in=(Bars.OPENING, Bars.BOTH), entry=OuterRef("entry"), items__contains=name
    )
    return (
        ~Q(open_type=OpenType.CLOSED) & ~Q(sharing_type=SharingType.WITHHELD) & Q(~Exists(barring))
    )


def is_free() -> Q:
    """The condition that anybody may have the values of an item of an unconditionally open entry."""
    return is_open() & ~Q(open_type=OpenType.CONDITIONAL)


def open_items(entry: CatalogEntry) -> list[DataItem]:
    """The items that the public may know of, in their order.

    Those of many entries are fetched at once with `with_open_items`.
    """
    fetched: list[DataItem] | None = getattr(entry, "opened_items", None)
    if fetched is None:
        fetched = list(DataItem.objects.filter(is_open(), entry=entry))
        entry.opened_items = fetched  # type: ignore[attr-defined]
    return fetched


def free_items(entry: CatalogEntry) -> list[DataItem]:
    """Of the open items those whose values anybody may have."""
    if entry.open_type != OpenType.OPEN:
        return []
    return [item for item in open_items(entry) if item.open_type != OpenType.CONDITIONAL]


def with_open_items() -> Prefetch:
    return Prefetch("items", DataItem.objects.filter(is_open()), "opened_items")
