"""Who sees and who may handle entries and import batches."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from catalog.choices import EntryState
from catalog.models import CatalogEntry, ImportBatch
from citybrain.organizations.actors import Actor
from citybrain.policies import NOTHING, Holds, Policy

# Drafts are the department's own business; from signing on the bureau may follow them.
BEFORE_SUBMISSION = (EntryState.DRAFT, EntryState.DISCARDED)
# Who reads how a department's catalog comes about: its people, the supervisors, the auditor.
FOLLOWERS = ("view_entries", "supervise", "read_everything")


@dataclass(frozen=True)
class HoldsAny(Holds):
    """Allows whoever holds one of several permissions for the department."""

    others: tuple[str, ...] = ()

    def __call__(self, actor: Actor, obj: Any) -> bool:
        return super().__call__(actor, obj) or any(
            replace(self, permission=other, others=())(actor, obj) for other in self.others
        )

    def q(self, actor: Actor) -> Q:
        condition = super().q(actor)
        for other in self.others:
            condition |= replace(self, permission=other, others=()).q(actor)
        return condition


class EntryPolicy(Policy[CatalogEntry]):
    """Published entries are seen by everyone with an account; others by their department.

    The bureau sees what has been submitted, the auditor everything. To `follow` an entry is to read
    how it came about: its history, its revisions, who did what.
    """

    model = CatalogEntry
    verbs = {
        "compile": Holds("compile_entries"),
        "sign": Holds("sign_entries"),
        "approve": Holds("approve_entries"),
        "follow": HoldsAny(FOLLOWERS[0], others=FOLLOWERS[1:]),
    }

    def published(self, actor: Actor) -> Q:
        """The published ones among the visible: one plain condition, which an index answers."""
        return NOTHING if actor.is_public else Q(state=EntryState.PUBLISHED)

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        seen = Q(state=EntryState.PUBLISHED) | actor.scope("view_entries").q()
        if actor.scope("read_everything").everywhere:
            return Q()
        if actor.scope("supervise").everywhere:
            seen |= ~Q(state__in=BEFORE_SUBMISSION)
        return seen


class BatchPolicy(Policy[ImportBatch]):
    """An import belongs to those who may compile for its department."""

    model = ImportBatch
    verbs = {"import": Holds("compile_entries")}

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        return actor.scope("compile_entries").q() | actor.scope("read_everything").q()


entry_policy = EntryPolicy()
batch_policy = BatchPolicy()
