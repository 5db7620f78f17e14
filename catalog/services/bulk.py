"""Compiling many entries at once, by the very rules of `compile_entry`, for imports."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from catalog import rules
from catalog.models import CatalogEntry, DataItem
from catalog.policies import entry_policy
from catalog.services.codes import next_codes, prefix_of
from catalog.services.content import derive, draft_items, new_entry, title_kept_once
from catalog.systems import linking
from citybrain.audit.services import build, record_many
from citybrain.bulk import insert_many
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department

CHUNK = 200  # entries in memory and in one statement


@dataclass(frozen=True)
class Draft:
    """What `compile_entry` takes for one entry; `judged` when the rules have already accepted it."""

    values: Mapping[str, Any]
    items: Sequence[Mapping[str, Any]]
    judged: bool = False


@transaction.atomic
def compile_many(
    *, actor: Actor, department: Department, drafts: Sequence[Draft]
) -> list[CatalogEntry]:
    """Makes a draft entry of each, in their order; all of them or none.

    The same rules, codes and audit records as with `compile_entry`, in a few statements for every
    200 entries. Raises PermissionDenied, or ValidationError whose names begin with the place of the
    entry, counted from 0: `3.title`, `3.items-0-name`.
    """
    made: list[CatalogEntry] = []
    for start in range(0, len(drafts), CHUNK):
        made += _compile_chunk(actor, department, drafts[start : start + CHUNK], start)
    return made


def _compile_chunk(
    actor: Actor, department: Department, drafts: Sequence[Draft], start: int
) -> list[CatalogEntry]:
    entries = [
        new_entry(actor=actor, department=department, values=draft.values) for draft in drafts
    ]
    entry_policy.require(actor, "compile", entries[0])
    items = [draft_items(entry, draft.items) for entry, draft in zip(entries, drafts, strict=True)]
    _check(entries, items, drafts, department, start)
    _give_codes(entries, department)
    for entry, own in zip(entries, items, strict=True):
        derive(entry, own)
    linking.link(entries, department)
    with title_kept_once():
        insert_many(entries, keys=True)
    drafted = [item for own in items for item in own]
    for item in drafted:
        item.entry_id = item.entry.pk
    insert_many(drafted)
    record_many(
        [
            build(
                "catalog.entry.compiled",
                actor=actor,
                subject=entry,
                department=department,
                data={"code": entry.code, "items": [item.name for item in own]},
            )
            for entry, own in zip(entries, items, strict=True)
        ]
    )
    return entries


def _check(
    entries: Sequence[CatalogEntry],
    items: Sequence[Sequence[DataItem]],
    drafts: Sequence[Draft],
    department: Department,
    start: int,
) -> None:
    errors: dict[str, Any] = {}
    taken = set(rules.entries_called(department, [entry.title or "" for entry in entries]))
    for place, (entry, own, draft) in enumerate(zip(entries, items, drafts, strict=True), start):
        try:
            if not draft.judged:
                rules.check(entry, own)
        except ValidationError as error:
            errors.update(rules.prefixed(error, f"{place}."))
        key = rules.title_key(entry.title or "")
        if key in taken:
            errors.setdefault(f"{place}.title", [_("本单位已有同名的信息资源，请更改名称。")])
        taken.add(key)
    if errors:
        raise ValidationError(errors)


def _give_codes(entries: Sequence[CatalogEntry], department: Department) -> None:
    by_prefix: dict[str, list[CatalogEntry]] = defaultdict(list)
    for entry in entries:
        prefix = prefix_of(
            department=department,
            resource_class=entry.resource_class,
            class_item=entry.class_item,
        )
        by_prefix[prefix].append(entry)
    # In one order for everybody: two imports that wait for each other's series would deadlock.
    for prefix, numbered in sorted(by_prefix.items()):
        for entry, code in zip(numbered, next_codes(prefix, len(numbered)), strict=True):
            entry.code = code
