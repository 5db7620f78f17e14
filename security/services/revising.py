"""Grades over an entry's revisions: frozen with each, carried to a working copy and back."""

from collections.abc import Mapping

from catalog.models import CatalogEntry, DataItem
from catalog.services.grade import keep
from catalog.services.revising import under_way
from citybrain.organizations.actors import Actor
from security.models import ItemGrade, RevisionGrade
from security.queries import grades_by_item, in_force

KEPT = (
    "grade", "category", "suggested_grade", "reason", "confirmed_for", "confirmed_by",
    "confirmed_at",
)  # fmt: skip


def grades_of_the_copy(entry: CatalogEntry, actor: Actor) -> None:
    """Items that stay as they are need not be graded again."""
    copy = under_way(entry)
    if copy is not None:
        _carry_over(entry, {item.name: item for item in copy.items.all()})
        keep(copy, grades_by_item(copy))


def grades_in_effect(copy: CatalogEntry, actor: Actor) -> None:
    """What was confirmed for the copy holds for the published items of the same name."""
    originals = DataItem.objects.filter(entry=copy.revises_id)
    _carry_over(copy, {item.name: item for item in originals})
    assert copy.revises is not None  # noqa: S101 - the move exists for revisions alone
    keep(copy.revises, grades_by_item(copy.revises))
    freeze(copy.revises, actor)


def grade_of_what_changed(entry: CatalogEntry, actor: Actor) -> None:
    """An item that is new, or no longer what was graded, takes its draft's grade away."""
    keep(entry, grades_by_item(entry))


def freeze(entry: CatalogEntry, actor: Actor) -> None:
    """Keeps the grades in force with the revision that has just been approved."""
    revision = entry.revisions.latest("number")
    RevisionGrade.objects.bulk_create(
        RevisionGrade(revision=revision, item=name, grade=grade, category=category)
        for name, grade, category in in_force()
        .filter(item__entry=entry)
        .values_list("item__name", "grade", "category")
    )


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
