"""Standards for items: what fits by name, what deviates, who follows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.models import DataElement, DataItem
from catalog.rules import item_key
from catalog.standards.choices import StandardState
from catalog.standards.following import elements_of, misfits
from citybrain.organizations.actors import Actor


@dataclass(frozen=True)
class Suggestion:
    """An item and the standard that its name points to; `misfits` are what would have to change."""

    item: DataItem
    standard: DataElement
    misfits: list[str] = field(default_factory=list)


def in_force() -> QuerySet[DataElement]:
    return DataElement.objects.filter(state=StandardState.IN_FORCE)


def suggestions(items: Iterable[DataItem]) -> list[Suggestion]:
    """For items that follow no standard: the one in force with their name or synonym; one query."""
    free = [item for item in items if not item.standard_id]
    keys = {item_key(item.name) for item in free}
    by_key: dict[str, DataElement] = {}
    for standard in in_force().filter(keys__overlap=list(keys)) if keys else ():
        for key in standard.keys:
            by_key.setdefault(key, standard)
    return [
        Suggestion(item, by_key[key], [text for _field, text in misfits(item, by_key[key])])
        for item in free
        if (key := item_key(item.name)) in by_key
    ]


def following(standard: DataElement) -> QuerySet[DataItem]:
    """Published items that follow the standard."""
    return DataItem.objects.filter(standard=standard, entry__state=EntryState.PUBLISHED)


@dataclass(frozen=True)
class Deviation:
    """A published item that does not follow the standard it should, and in what."""

    item: DataItem
    standard: DataElement | None
    reasons: list[str]


def deviating(actor: Actor) -> QuerySet[DataItem]:
    """Published items that follow a standard no longer in force, or none although one has their name.

    The bureau and the supervisors see the city's, others their department's.
    """
    names = [
        name for one in in_force().values_list("name", "synonyms") for name in (one[0], *one[1])
    ]
    scope = actor.scope("view_entries").q("entry__department")
    if any(actor.scope(one).everywhere for one in ("supervise", "read_everything")):
        scope |= Q(entry__state=EntryState.PUBLISHED)
    wanting = Q(standard=None, name__in=names) | Q(standard__state=StandardState.REPLACED)
    return (
        DataItem.objects.filter(scope, wanting, entry__state=EntryState.PUBLISHED)
        .select_related("entry__department")
        .defer("entry__search")
        .order_by("name", "entry_id", "pk")
    )


def deviations(items: Sequence[DataItem]) -> list[Deviation]:
    """The items of one page of `deviating` with what is wrong in each; two queries."""
    suggested = {one.item.pk: one for one in suggestions(items)}
    followed = elements_of(item.standard_id for item in items)
    found = []
    for item in items:
        if item.standard_id:
            standard = followed.get(item.standard_id)
            found.append(Deviation(item, standard, [_("所遵循的标准已不再施行。")]))
        else:
            one = suggested.get(item.pk)
            reasons = one.misfits if one and one.misfits else [_("名称与标准相同，没有遵循。")]
            found.append(Deviation(item, one.standard if one else None, reasons))
    return found
