"""What the negative list bars today, and what its pages show.

`barred` is the one answer to "may this be shared, may this be opened": applications, the gateway's
frozen grants and the open catalog all ask it (or its forms for many entries).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.choices import EntryState, SharingType
from catalog.models import CatalogEntry, DataItem, NegativeListEntry
from catalog.negative_list.choices import Bars, NegativeState
from catalog.negative_list.policies import negative_policy
from citybrain.organizations.actors import Actor


@dataclass(frozen=True)
class Barred:
    """The lines of the list in effect on one entry, the oldest first; false when there is none."""

    lines: tuple[NegativeListEntry, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lines)

    def whole(self, what: Bars) -> NegativeListEntry | None:
        """The line that bars the entry as a whole from `what` (sharing or opening)."""
        return next((one for one in self._of(what) if not one.items), None)

    def item(self, what: Bars, name: str) -> NegativeListEntry | None:
        """The line that bars the item of this name, alone or with the whole entry."""
        return next((one for one in self._of(what) if not one.items or name in one.items), None)

    def items(self, what: Bars, names: Iterable[str]) -> dict[str, NegativeListEntry]:
        """Those of the items named that are barred from `what`, each with the line that says so."""
        found = {name: self.item(what, name) for name in names}
        return {name: line for name, line in found.items() if line is not None}

    def _of(self, what: Bars) -> list[NegativeListEntry]:
        return [one for one in self.lines if one.bars in (what, Bars.BOTH)]


def barred(entry: CatalogEntry, on: date | None = None) -> Barred:
    """What of the entry may not be shared or opened on that day (today), and why; one query.

    A revision is barred from what the published entry is barred from.
    """
    return barred_of([entry], on)[entry.pk]


def barred_of(entries: Iterable[CatalogEntry], on: date | None = None) -> dict[int, Barred]:
    """The same for many entries, by their id; one query for all."""
    originals = {entry.pk: entry.revises_id or entry.pk for entry in entries}
    lines = in_force(on).filter(entry__in=set(originals.values())).order_by("number")
    by_entry: dict[int, list[NegativeListEntry]] = {}
    for line in lines:
        by_entry.setdefault(line.entry_id, []).append(line)
    return {pk: Barred(tuple(by_entry.get(original, ()))) for pk, original in originals.items()}


def barred_whole(what: Bars, on: date | None = None) -> Exists:
    """For querysets of entries: the condition that the entry as a whole is barred from `what`."""
    lines = in_force(on).filter(bars__in=(what, Bars.BOTH), items=[], entry=OuterRef("pk"))
    return Exists(lines)


def in_force(on: date | None = None) -> QuerySet[NegativeListEntry]:
    """Every line that has effect on that day (today)."""
    day = on or timezone.localdate()
    return NegativeListEntry.objects.filter(
        state=NegativeState.LISTED, effective_on__lte=day, expires_on__gte=day
    )


def why(line: NegativeListEntry) -> str:
    """The line in a sentence, for who is refused because of it."""
    return _("已列入负面清单（%(number)s，至%(until)s），依据：%(basis)s。") % {
        "number": line.number,
        "until": line.expires_on.isoformat(),
        "basis": line.basis,
    }


def lines_of(entry: CatalogEntry, actor: Actor) -> list[NegativeListEntry]:
    """What the actor may know of the list's lines on the entry that are not over; one query."""
    rows = negative_policy.queryset(actor).filter(entry=entry.revises_id or entry.pk)
    over = (NegativeState.EXPIRED, NegativeState.WITHDRAWN, NegativeState.DISCARDED)
    return list(rows.exclude(state__in=over).order_by("number"))


def listed(actor: Actor) -> QuerySet[NegativeListEntry]:
    """The list as the actor sees it, with its departments."""
    return negative_policy.queryset(actor).select_related("department").order_by("-number")


def not_listed(actor: Actor) -> QuerySet[CatalogEntry]:
    """Published entries withheld, whole or in items, of which nothing is on the list or proposed."""
    known = NegativeListEntry.objects.filter(
        ~Q(state__in=(NegativeState.EXPIRED, NegativeState.WITHDRAWN, NegativeState.DISCARDED)),
        entry=OuterRef("pk"),
    )
    scope = actor.scope("view_entries").q()
    if actor.holds("supervise", "read_everything"):
        scope |= Q(state=EntryState.PUBLISHED)
    withheld = Q(sharing_type=SharingType.WITHHELD) | Exists(
        DataItem.objects.filter(entry=OuterRef("pk"), sharing_type=SharingType.WITHHELD)
    )
    return (
        CatalogEntry.objects.filter(scope, withheld, ~Exists(known), state=EntryState.PUBLISHED)
        .select_related("department")
        .defer("search")
        .order_by("department", "title_pinyin", "pk")
    )


def is_unlisted(entry: CatalogEntry) -> bool:
    """Whether the entry is withheld, whole or in items, and nothing of it is listed or proposed."""
    over = (NegativeState.EXPIRED, NegativeState.WITHDRAWN, NegativeState.DISCARDED)
    lines = NegativeListEntry.objects.filter(entry=entry.revises_id or entry.pk)
    return (
        entry.sharing_type == SharingType.WITHHELD
        or entry.items.filter(sharing_type=SharingType.WITHHELD).exists()
    ) and not lines.exclude(state__in=over).exists()


def missing_items(copy: CatalogEntry, names: Sequence[str]) -> dict[str, NegativeListEntry]:
    """Items of lines in effect or still to come that a revision no longer has under their names."""
    if copy.revises_id is None:
        return {}
    lines = NegativeListEntry.objects.filter(
        entry=copy.revises_id, state=NegativeState.LISTED, expires_on__gte=timezone.localdate()
    )
    return {name: line for line in lines for name in line.items if name not in names}
