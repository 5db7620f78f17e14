"""What a correction has changed in the rows, and what of it a grant covers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sharing.choices import ServiceKind
from sharing.corrections.choices import Finding, LineKind
from sharing.corrections.scope import present_items
from sharing.gateway.grants import Grant, Limits
from sharing.gateway.records import shaped
from sharing.models import CorrectionLine, CorrectionRequest, InterfaceService
from sharing.services.matching import Matching

ADDED, CHANGED, REMOVED = "新增", "变更", "删除"
Values = Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """One row before and after; `items` are those changed, under all names that they have had."""

    kind: str
    before: Values
    after: Values
    items: frozenset[str] = frozenset()

    @property
    def values(self) -> Values:
        """The row as it is now, or as it was when it is no more."""
        return self.before if self.kind == REMOVED else self.after

    def given(self, grant: Grant) -> list[str]:
        """The row's granted items as they are given away."""
        return [shaped(self.values.get(item["name"], ""), item) for item in grant.items]


def covered(changes: Iterable[Change], grant: Grant) -> list[Change]:
    """What the grant covers of the changes."""
    found = (_narrowed(change, grant) for change in changes)
    return [change for change in found if change is not None]


def changes_of(correction: CorrectionRequest) -> list[Change]:
    """Every row that was corrected, as it is served now; a row that changed again since is left out."""
    service = InterfaceService.objects.filter(
        entry=correction.entry_id, kind=ServiceKind.HOSTED, dataset__isnull=False
    ).first()
    if service is None or service.dataset_id is None:
        return []
    by_row: dict[tuple[Any, ...], list[CorrectionLine]] = defaultdict(list)
    lines = correction.lines.filter(finding=Finding.CONFIRMED, dataset__isnull=False)
    for line in lines:
        by_row[tuple(sorted(line.row.items()))].append(line)
    names = _names(correction) if lines else {}
    rows = Matching(service.dataset_id, (together[0].row for together in by_row.values()))
    found = (_change(rows, together, names) for together in by_row.values())
    return [change for change in found if change is not None]


def _names(correction: CorrectionRequest) -> dict[str, frozenset[str]]:
    """For every name of an item, all the names of that item."""
    present = present_items(correction.entry)
    together: dict[int, set[str]] = defaultdict(set)
    for name, item in present.items():
        together[item.pk].add(name)
    return {name: frozenset(together[item.pk]) for name, item in present.items()}


def _change(
    rows: Matching, lines: list[CorrectionLine], names: Mapping[str, frozenset[str]]
) -> Change | None:
    row = lines[0].row
    if any(line.kind == LineKind.SUPERFLUOUS for line in lines):
        return None if rows.like(row) else Change(REMOVED, row, {})
    now = rows.one(row)
    if now is None:
        return None
    if lines[0].kind == LineKind.MISSING:
        return Change(ADDED, {}, now.values)
    before, items = dict(now.values), set()
    for line in lines:
        for name in names.get(line.item, frozenset({line.item})):
            before[name] = line.was
            items.add(name)
    return Change(CHANGED, before, now.values, frozenset(items))


def _narrowed(change: Change, grant: Grant) -> Change | None:
    """The change as the grant sees it: a row may come into its limits, or leave them."""
    was = change.kind != ADDED and _within(change.before, grant.limits)
    now = change.kind != REMOVED and _within(change.after, grant.limits)
    if was and now:
        granted = {item["name"] for item in grant.items}
        return change if change.items & granted else None
    if now:
        return replace(change, kind=ADDED)
    return replace(change, kind=REMOVED) if was else None


def _within(values: Values, limits: Limits) -> bool:
    return all(values.get(name, "") in allowed for name, allowed in limits.items())
