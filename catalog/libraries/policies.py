"""Everybody with an account reads libraries; the lead and the bureau edit; the bureau decides."""

from django.db.models import Q

from catalog.models import ItemSource, Library
from catalog.provincial.policies import HoldsForTheCity
from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy


class LibraryPolicy(Policy[Library]):
    model = Library
    verbs = {
        "set_up": HoldsForTheCity("edit_libraries"),
        "edit": Holds("edit_libraries", "lead"),
    }

    def visible(self, actor: Actor) -> Q:
        return NOTHING if actor.is_public else EVERYTHING


class SourcePolicy(Policy[ItemSource]):
    """Which department is the source of record is for everybody to know (SC-19)."""

    model = ItemSource
    verbs = {"decide": HoldsForTheCity("decide_sources")}

    def visible(self, actor: Actor) -> Q:
        return NOTHING if actor.is_public else EVERYTHING


library_policy = LibraryPolicy()
source_policy = SourcePolicy()
