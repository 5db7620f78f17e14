"""Reading grades."""

from collections.abc import Iterable

from catalog.models import CatalogEntry, DataItem
from security.models import ItemGrade


def confirmed_for(item: DataItem) -> str:
    """What a grade is bound to: the item's name and type."""
    return f"{item.name}|{item.data_type}"[:120]


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
