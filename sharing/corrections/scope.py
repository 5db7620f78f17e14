"""What one who reports may name: the items granted, and the rows by what is granted in clear.

Rows are looked up only for those who could fetch them at this moment; whoever cannot learns nothing
from a report that it has not been given before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from catalog.models import CatalogEntry, DataItem
from sharing.choices import ServiceKind
from sharing.gateway.admission import objection_to_file
from sharing.gateway.grants import grant_of
from sharing.gateway.records import Item
from sharing.models import Authorization, HostedRow, InterfaceService
from sharing.rights.undertakings import accepted
from sharing.services import hosting
from sharing.services.matching import Matching


@dataclass(frozen=True)
class Scope:
    """`items` are those that may be named, by name; `present` are the entry's items of today.

    `keys` are the items by which rows are named: the key, all of it (`whole_key`), or where that is
    masked or not granted whatever is granted in clear. `dataset_id` is None when no row may be
    looked up; `limits` are the rows granted, `barred` the items that are given to nobody now.
    """

    items: Mapping[str, Item]
    present: Mapping[str, DataItem]
    keys: Sequence[str]
    whole_key: bool
    limits: Mapping[str, Sequence[str]] = field(default_factory=dict)
    dataset_id: int | None = None
    barred: frozenset[str] = frozenset()

    def find(self, keys: Iterable[Mapping[str, str]]) -> Matching:
        """The rows that are named so, among those granted; at most two for each name."""
        return Matching(self.dataset_id, keys, limits=self.limits)

    def known_by(self, row: HostedRow) -> dict[str, str]:
        """By what the portal knows the row: its key, or all of it where the entry has no key."""
        items = self.present.values()
        names = [one.name for one in items if one.is_key] or [one.name for one in items]
        return {name: row.values.get(name, "") for name in names}


def scope_of_grant(authorization: Authorization) -> Scope:
    """What the user of the authorization may name."""
    grant = grant_of(authorization)
    items: list[Item] = authorization.terms["items"]
    present = present_items(authorization.entry)
    served = {item["name"] for item in grant.items}
    plain = [item["name"] for item in items if not item["masked"] and item["name"] in served]
    keys, whole = _keys(plain, present)
    may_look = accepted(authorization) is not None and (
        objection_to_file(grant, timezone.now()) is None
    )
    return Scope(
        items={item["name"]: item for item in items},
        present=present,
        keys=keys,
        whole_key=whole,
        limits=grant.limits,
        dataset_id=grant.dataset_id if may_look else None,
        barred=frozenset(grant.barred),
    )


def scope_of_provider(entry: CatalogEntry) -> Scope:
    """What the provider may name: everything."""
    names = list(entry.items.values_list("name", flat=True))
    present = present_items(entry)
    keys, whole = _keys(names, present)
    service = InterfaceService.objects.filter(entry=entry, kind=ServiceKind.HOSTED).first()
    return Scope(
        items={name: _plain(name) for name in names},
        present=present,
        keys=keys,
        whole_key=whole,
        dataset_id=service.dataset_id if service else None,
    )


def present_items(entry: CatalogEntry) -> dict[str, DataItem]:
    """The entry's items by name, and by the names that they had before."""
    items = list(entry.items.all())
    found = {item.name: item for item in items}
    former = hosting.former_names(entry, items)
    return found | {before: found[now] for before, now in former.items()}


def _keys(plain: Iterable[str], present: Mapping[str, DataItem]) -> tuple[list[str], bool]:
    named = [name for name in plain if name in present]
    keys = [name for name in named if present[name].is_key]
    wanted = {item.pk for item in present.values() if item.is_key}
    whole = bool(wanted) and {present[name].pk for name in keys} == wanted
    return (keys, True) if whole else (named, False)


def _plain(name: str) -> dict[str, Any]:
    return {"name": name, "masked": False, "category": ""}
