"""Reading grades."""

from collections.abc import Iterable

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from catalog.choices import EntryState
from catalog.models import CatalogEntry, DataItem
from citybrain.organizations.actors import Actor
from security.models import ItemGrade

# A graded catalog is what gets approved: once it is with the bureau, grades stay.
GRADABLE = (EntryState.DRAFT, EntryState.SIGNING)


def confirmed_for(item: DataItem) -> str:
    """What a grade is bound to: the item's name and type."""
    return f"{item.name}|{item.data_type}"


def in_force() -> QuerySet[ItemGrade]:
    """Grades whose item is still what it was when they were confirmed; the same rule in SQL."""
    return ItemGrade.objects.filter(
        confirmed_for=Concat(F("item__name"), Value("|"), F("item__data_type"))
    )


def grades_by_item(entry: CatalogEntry) -> list[str | None]:
    """The grade in force of each item of the entry, None where there is none; one query."""
    grade = in_force().filter(item=OuterRef("pk")).values("grade")
    rows = DataItem.objects.filter(entry=entry).annotate(grade=Subquery(grade))
    return list(rows.values_list("grade", flat=True))


def grades_of(items: Iterable[DataItem]) -> dict[int, ItemGrade]:
    """Grades in force by item id, one query. An item changed since is left out."""
    by_id = {item.pk: item for item in items}
    grades = ItemGrade.objects.filter(item__in=by_id).select_related("confirmed_by")
    return {
        grade.item_id: grade
        for grade in grades
        if grade.confirmed_for == confirmed_for(by_id[grade.item_id])
    }


def ungraded_items(entry: CatalogEntry) -> list[DataItem]:
    """Items of the entry without a grade in force, in their order."""
    items = list(entry.items.all())
    graded = grades_of(items)
    return [item for item in items if item.pk not in graded]


def ungraded_in(entries: Iterable[CatalogEntry]) -> list[DataItem]:
    """Items of these entries without a grade in force, by entry and in their order; one query."""
    rows = DataItem.objects.filter(entry__in=[entry.pk for entry in entries])
    ungraded = rows.exclude(pk__in=in_force().values("item"))
    return list(ungraded.order_by("entry", "position", "pk"))


def awaiting_grades(actor: Actor) -> QuerySet[CatalogEntry]:
    """Entries with items that this actor has to grade, those with most of them first.

    `ungraded` counts items without a grade in force; what has been graded is adjusted from the
    page of its entry.
    """
    graded = in_force().filter(item=OuterRef("items"))
    return (
        CatalogEntry.objects.filter(actor.scope("confirm_grades").q(), state__in=GRADABLE)
        .select_related("department")
        .defer("search")
        .annotate(ungraded=Count("items", filter=~Exists(graded)), item_count=Count("items"))
        .filter(ungraded__gt=0)
        .order_by("-ungraded", "title_pinyin", "id")
    )
