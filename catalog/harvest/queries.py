"""What the pages of harvesting show."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from catalog.elements import label_of, shown
from catalog.models import HarvestedEntry, HarvestRun, HarvestSource

PENDING, GONE, UNCHECKED = "pending", "gone", "unchecked"


@dataclass(frozen=True)
class PendingField:
    """A field on which the source says something new; `edited` when it was changed here, too."""

    name: str
    label: str
    agreed: str
    ours: str
    theirs: str
    edited: bool


def harvested(source: HarvestSource, show: str) -> QuerySet[HarvestedEntry]:
    """What came of the source; `show` narrows it to what somebody has to look at."""
    rows = source.harvested.select_related("entry").defer("entry__search")
    if show == PENDING:
        return rows.exclude(pending={})
    if show == GONE:
        return rows.exclude(gone_since=None)
    if show == UNCHECKED:
        return rows.exclude(unchecked=[])
    return rows


def counts(source: HarvestSource) -> dict[str, int]:
    return {show: harvested(source, show).count() for show in ("", PENDING, UNCHECKED, GONE)}


def runs(source: HarvestSource) -> QuerySet[HarvestRun]:
    return source.runs.select_related("ordered_by")


def pending_fields(link: HarvestedEntry) -> list[PendingField]:
    here = {name: getattr(link.entry, name) for name in link.content}
    found = []
    for name, theirs in link.pending.items():
        agreed = link.content.get(name)
        found.append(
            PendingField(
                name,
                str(label_of(name)),
                _in_words(name, {**here, **link.content}),
                _in_words(name, here),
                _in_words(name, {**here, **link.content, name: theirs}),
                here[name] != agreed,
            )
        )
    return found


def _in_words(name: str, values: dict[str, Any]) -> str:
    return str(shown(name, values))
