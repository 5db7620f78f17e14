"""What a person decides about what was harvested: field by field, ours or theirs."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.harvest.policies import harvested_policy
from catalog.models import CatalogEntry, HarvestedEntry
from catalog.services import entries, revising
from catalog.services.content import ITEM_FIELDS
from citybrain.audit.services import record
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict


@transaction.atomic
def decide(
    *, actor: Actor, link: HarvestedEntry, take: Collection[str], shown: dict[str, Any]
) -> CatalogEntry | None:
    """Takes over the fields in `take` and keeps ours in all others that are pending.

    `shown` is what was pending before the person's eyes. A draft is changed; of a published entry
    the changes become a revision, which is returned. Raises PermissionDenied, Conflict when the
    source has said something else meanwhile or the entry can be neither changed nor revised now.
    """
    current = HarvestedEntry.objects.select_for_update(of=("self",)).get(pk=link.pk)
    harvested_policy.require(actor, "harvest", current)
    entry = current.entry
    if not current.pending or current.pending != shown:
        raise Conflict(_("来源的内容刚刚又有变化或者已由他人核定，请查看最新内容后再核定。"))
    values = {name: value for name, value in current.pending.items() if name in take}
    revision = None
    if values and entry.state == EntryState.DRAFT:
        _change(actor, entry, values)
    elif values and entry.is_published:
        reason = _("采集来源“%s”的内容有变化") % current.source.name
        entries.move("revise", actor=actor, entry=entry, reason=reason)
        copy = revising.under_way(entry)
        assert copy is not None  # noqa: S101 - the move has just made it
        revision = _change(actor, copy, values)
    elif values:
        raise Conflict(
            _("信息资源正在办理，待退回草稿或者发布后再核定。"),
            state_label=entry.get_state_display(),
        )
    kept = sorted(set(current.pending) - set(values))
    current.content |= current.pending
    current.pending = {}
    current.save(update_fields=["content", "pending"])
    record(
        "catalog.harvest.decided",
        actor=actor,
        subject=entry,
        department=entry.department,
        data={"taken": sorted(values), "kept": kept},
    )
    return revision


@transaction.atomic
def checked(*, actor: Actor, link: HarvestedEntry) -> None:
    """Says that somebody has looked at what was filled in by rule, so that it may be submitted."""
    harvested_policy.require(actor, "harvest", link)
    if not HarvestedEntry.objects.filter(pk=link.pk).exclude(unchecked=[]).update(unchecked=[]):
        raise Conflict(_("已经核对过了。"))
    record(
        "catalog.harvest.checked",
        actor=actor,
        subject=link.entry,
        department=link.entry.department,
    )


def _change(actor: Actor, entry: CatalogEntry, values: dict[str, Any]) -> CatalogEntry:
    return entries.change_entry(
        actor=actor, entry=entry, values=values, items=list(entry.items.values(*ITEM_FIELDS))
    )
