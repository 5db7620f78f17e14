"""Revising what is published: a working copy goes the way of any entry, then takes effect (SC-17).

The copy is an entry of its own, so that form, grading, signature and approval are the same as for a
new one. Until it is approved, the published entry, its items and whoever uses them know nothing of
it. Items of the copy know which published item they stand for: under another name, too, it keeps
its identity, and with it the grants on it. Those that are gone stay, with the copy.
"""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry, DataItem, FormerName
from catalog.models.entry import DECIDED
from catalog.models.item import item_key
from catalog.services.content import (
    ENTRY_FIELDS,
    ITEM_ATTRIBUTES,
    ITEM_FIELDS,
    STORED_ITEM_FIELDS,
    derive,
    draft_items,
    title_kept_once,
)
from citybrain.duties.services import open_duty
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict


def begin(actor: Actor, entry: CatalogEntry, *, by_law: bool) -> CatalogEntry:
    """Makes the working copy of a published entry, as a draft.

    With `by_law` (a law or the department's duties have changed) it has to be signed within ten
    working days. Raises Conflict when another revision is under way.
    """
    number = CatalogEntry.objects.filter(revises=entry).count() + 1
    copy = CatalogEntry(
        department=entry.department,
        created_by=actor.user,
        revises=entry,
        code=f"{entry.code}~{number}",
        system_id=entry.system_id,
        **{name: getattr(entry, name) for name in ENTRY_FIELDS},
    )
    items = draft_items(copy, list(entry.items.values(*ITEM_FIELDS)))
    published = dict(entry.items.values_list("name", "pk"))
    for item in items:
        item.stands_for_id = published[item.name]
    derive(copy, items)
    try:
        with transaction.atomic():
            copy.save(force_insert=True)
    except IntegrityError as error:
        if "entry_one_revision" not in str(error) and "code" not in str(error):
            raise
        raise Conflict(
            _("这一信息资源已有一份修订稿在办，请在原修订稿上办理。"),
            state_label=entry.get_state_display(),
        ) from None
    DataItem.objects.bulk_create(items)
    if by_law:
        open_duty(
            rule="update_catalog",
            subject=copy,
            department=entry.department,
            for_department=None,
            actor=actor,
        )
    return copy


def apply(copy: CatalogEntry, original: CatalogEntry) -> None:
    """Gives the original what the approved copy says, items included."""
    for name in ENTRY_FIELDS:
        setattr(original, name, getattr(copy, name))
    original.system_id = copy.system_id
    _exchange_items(original, copy)
    derive(original, list(original.items.all()))
    with title_kept_once():
        original.save()


def _exchange_items(original: CatalogEntry, copy: CatalogEntry) -> None:
    """Kept items are rewritten, new ones come over with their grades, gone ones go to the copy."""
    old = {item.name: item for item in original.items.all()}
    called = called_before(copy)
    kept, new, former = [], [], []
    for item in copy.items.all():
        present = old.pop(called.get(item.name, item.name), None)
        if present is None:
            new.append(item.pk)
            continue
        if present.name != item.name:
            former.append(FormerName(item=present, name=present.name))
        for attribute in ITEM_ATTRIBUTES.values():
            setattr(present, attribute, getattr(item, attribute))
        present.key = item_key(present.name)
        kept.append(present)
    DataItem.objects.bulk_update(kept, [*STORED_ITEM_FIELDS, "key"])
    FormerName.objects.bulk_create(former, ignore_conflicts=True)
    DataItem.objects.filter(pk__in=[item.pk for item in old.values()]).update(entry=copy)
    DataItem.objects.filter(pk__in=new).update(entry=original)


def called_before(copy: CatalogEntry) -> dict[str, str]:
    """New name -> published name of the items that a working copy renames.

    An item that takes the name of another published one is not that: rows and grants are read by
    name, and would pass from one to the other.
    """
    items = list(copy.items.select_related("stands_for"))
    published = set(DataItem.objects.filter(entry=copy.revises_id).values_list("name", flat=True))
    present = {item.name for item in items}
    return {
        item.name: item.stands_for.name
        for item in items
        if item.stands_for is not None
        and item.stands_for.name in published - present
        and item.name not in published
    }


def under_way(entry: CatalogEntry) -> CatalogEntry | None:
    """The revision of the entry that is being worked on, if there is one."""
    rows = CatalogEntry.objects.filter(revises=entry).exclude(state__in=DECIDED)
    return rows.defer("search").first()
