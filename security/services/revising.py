"""Grades of an entry that is revised: the copy begins with them, and ends by giving its own."""

from collections.abc import Mapping

from catalog.models import CatalogEntry, DataItem
from catalog.services.revising import under_way
from citybrain.organizations.actors import Actor
from security.models import ItemGrade

KEPT = (
    "grade", "category", "suggested_grade", "reason", "confirmed_for", "confirmed_by",
    "confirmed_at",
)  # fmt: skip


def grades_of_the_copy(entry: CatalogEntry, actor: Actor) -> None:
    """Items that stay as they are need not be graded again."""
    copy = under_way(entry)
    if copy is not None:
        _carry_over(entry, {item.name: item for item in copy.items.all()})


def grades_in_effect(copy: CatalogEntry, actor: Actor) -> None:
    """What was confirmed for the copy holds for the published items of the same name."""
    originals = DataItem.objects.filter(entry=copy.revises_id)
    _carry_over(copy, {item.name: item for item in originals})


def _carry_over(source: CatalogEntry, targets: Mapping[str, DataItem]) -> None:
    grades = ItemGrade.objects.filter(item__entry=source, item__name__in=targets)
    ItemGrade.objects.bulk_create(
        [
            ItemGrade(
                item=targets[grade.item.name], **{name: getattr(grade, name) for name in KEPT}
            )
            for grade in grades.select_related("item")
        ],
        update_conflicts=True,
        unique_fields=["item"],
        update_fields=KEPT,
    )
