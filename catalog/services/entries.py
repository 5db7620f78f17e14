"""Compiling, moving and refreshing catalog entries."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog import rules
from catalog.choices import EntryState
from catalog.differences import renamed
from catalog.models import CatalogEntry, DataItem, DataUpdate, EntryRevision
from catalog.policies import entry_policy
from catalog.services import reviewing, revising
from catalog.services.codes import next_codes, prefix_of
from catalog.services.content import (
    ENTRY_FIELDS,
    cleaned,
    content_of,
    derive,
    draft_items,
    item_values,
    new_entry,
    replace_items,
    title_kept_once,
)
from catalog.systems import linking
from catalog.transitions import ENTRY
from citybrain import registry, workflow
from citybrain.audit.services import record
from citybrain.crypto import digest_of
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department
from citybrain.refusals import Conflict


@transaction.atomic
def compile_entry(
    *,
    actor: Actor,
    department: Department,
    values: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
) -> CatalogEntry:
    """Makes a draft entry with its items and gives it its resource code (HK-14).

    `values` and `items` have the keys of ENTRY_FIELDS and ITEM_FIELDS. Raises PermissionDenied
    when the actor may not compile for `department`, ValidationError naming the field (see
    catalog/rules.py) otherwise. For hundreds at once there is services/bulk.py.
    """
    entry = new_entry(actor=actor, department=department, values=values)
    entry_policy.require(actor, "compile", entry)
    drafted = draft_items(entry, items)
    rules.check(entry, drafted)
    if rules.entries_called(department, [entry.title]):
        raise rules.title_taken()
    entry.code = next_codes(
        prefix_of(
            department=department,
            resource_class=entry.resource_class,
            class_item=entry.class_item,
        )
    )[0]
    derive(entry, drafted)
    linking.link([entry], department)
    with title_kept_once():
        entry.save(force_insert=True)
    DataItem.objects.bulk_create(drafted)
    entry.refresh_from_db(fields=["search"])
    record(
        "catalog.entry.compiled",
        actor=actor,
        subject=entry,
        department=department,
        data={"code": entry.code, "items": [item.name for item in drafted]},
    )
    return entry


@transaction.atomic
def change_entry(
    *,
    actor: Actor,
    entry: CatalogEntry,
    version: int | None = None,
    values: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
) -> CatalogEntry:
    """Changes a draft. The resource code stays as it is, whatever changes.

    `version` is what the person had before their eyes. Raises Conflict when the entry is no longer
    a draft or was changed by somebody else meanwhile, ValidationError naming the field, also for
    fields that the bureau's return did not re-open (services/reviewing.py).
    """
    current = entry_policy.fetch(actor, pk=entry.pk)
    entry_policy.require(actor, "compile", current)
    expected = current.version if version is None else version
    won = CatalogEntry.objects.filter(pk=entry.pk, state=EntryState.DRAFT, version=expected).update(
        version=F("version") + 1
    )
    if not won:
        raise Conflict(
            _("这一信息资源已不是草稿，或刚刚由他人修改，请刷新后再修改。"),
            state_label=current.get_state_display(),
        )
    current.refresh_from_db()
    before = content_of(current)
    for name in ENTRY_FIELDS:
        if name in values:
            setattr(current, name, cleaned(name, values[name]))
    drafted = draft_items(current, items)
    rules.check(current, drafted)
    if rules.entries_called(
        current.department, [current.title], except_pk=current.revises_id or current.pk
    ):
        raise rules.title_taken()
    derive(current, drafted)
    if current.system_name != before["system_name"] or current.system_id is None:
        linking.link([current], current.department)
    with title_kept_once():
        current.save()
    called = renamed(before["items"], [item_values(item) for item in drafted])
    replace_items(current, drafted, called)
    for reaction in registry.reactions.on("catalog.entry.change"):
        reaction(current, actor)
    reviewing.hold_to_reopened(current, before)
    current.refresh_from_db(fields=["search"])
    after = content_of(current)
    record(
        "catalog.entry.changed",
        actor=actor,
        subject=current,
        department=current.department,
        data={"before": _differences(before, after), "after": _differences(after, before)},
    )
    return current


def _differences(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if other.get(key) != value}


def move(
    name: str,
    *,
    actor: Actor,
    entry: CatalogEntry,
    version: int | None = None,
    reason: str = "",
) -> CatalogEntry:
    """Makes a move of transitions.ENTRY; raises as citybrain.workflow.perform does."""
    return workflow.perform(
        ENTRY,
        name,
        obj=entry,
        actor=actor,
        version=version,
        inputs={"reason": reason} if reason else {},
        change=partial(CHANGES[name], actor) if name in CHANGES else None,
    )


@transaction.atomic
def restore(
    *, actor: Actor, entry: CatalogEntry, number: int, reason: str, version: int | None = None
) -> CatalogEntry:
    """Begins a revision that says again what revision `number` of the entry said; returns it.

    Nothing comes back into force before the revision has gone its way. Raises as `move` does,
    ValidationError when what was said then is not acceptable any more.
    """
    content = entry.revisions.get(number=number).content
    move("revise", actor=actor, entry=entry, version=version, reason=reason)
    return change_entry(
        actor=actor,
        entry=CatalogEntry.objects.get(revises=entry, state=EntryState.DRAFT),
        values={name: content[name] for name in ENTRY_FIELDS if name in content},
        items=content["items"],
    )


def _merge(actor: Actor, copy: CatalogEntry) -> None:
    """What was approved takes effect on the published entry, in the same transaction."""
    original = CatalogEntry.objects.get(working_copies=copy)

    def renew(current: CatalogEntry) -> None:
        revising.apply(copy, current)
        _freeze(actor, current)

    workflow.perform(ENTRY, "renew", obj=original, actor=actor, change=renew)


def _freeze(actor: Actor, entry: CatalogEntry) -> None:
    """Keeps what was approved as an immutable revision and dates the publication."""
    now = timezone.now()
    content = content_of(entry)
    EntryRevision.objects.create(
        entry=entry,
        number=entry.revisions.count() + 1,
        content=content,
        digest=digest_of(content),
        approved_at=now,
        approved_by=actor.user,
    )
    entry.published_on = timezone.localdate(now)
    entry.save(update_fields=["published_on"])


def _revise(actor: Actor, entry: CatalogEntry) -> None:
    revising.begin(actor, entry, by_law=False)


def _revise_by_law(actor: Actor, entry: CatalogEntry) -> None:
    revising.begin(actor, entry, by_law=True)


CHANGES: dict[str, Callable[[Actor, CatalogEntry], None]] = {
    "publish": _freeze,
    "revise": _revise,
    "revise_by_law": _revise_by_law,
    "merge": _merge,
}


@transaction.atomic
def data_updated(
    *, actor: Actor, entry: CatalogEntry, rows: int, note: str = "", at: datetime | None = None
) -> DataUpdate:
    """Records that the entry's data was refreshed: `rows` rows now, at `at` (default now)."""
    entry_policy.require(actor, "compile", entry)
    when = at or timezone.now()
    update = DataUpdate.objects.create(entry=entry, at=when, rows=rows, note=note, by=actor.user)
    CatalogEntry.objects.filter(pk=entry.pk).update(data_updated_at=when)
    record(
        "catalog.data.updated",
        actor=actor,
        subject=entry,
        department=entry.department,
        data={"rows": rows, "note": note},
    )
    return update
