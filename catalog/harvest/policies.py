"""Who sees and who sets up sources: those who compile the catalog of the department."""

from typing import Any

from django.db.models import Q

from catalog.models import HarvestedEntry, HarvestSource
from citybrain.organizations.actors import Actor
from citybrain.policies import NOTHING, Holds, Policy


class SourcePolicy(Policy[HarvestSource]):
    model = HarvestSource
    verbs = {"harvest": Holds("compile_entries")}

    def visible(self, actor: Actor) -> Q:
        return NOTHING if actor.is_public else seen(actor, "department")


class HarvestedPolicy(Policy[HarvestedEntry]):
    model = HarvestedEntry
    verbs = {"harvest": Holds("compile_entries", "source.department")}

    def visible(self, actor: Actor) -> Q:
        return NOTHING if actor.is_public else seen(actor, "source__department")


def seen(actor: Actor, path: str) -> Q:
    condition: Any = actor.scope("compile_entries").q(path)
    return condition | actor.scope("read_everything").q(path)


source_policy = SourcePolicy()
harvested_policy = HarvestedPolicy()
