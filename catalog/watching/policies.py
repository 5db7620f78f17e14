"""Whose a watch is."""

from django.db.models import Q

from catalog.models import Watch
from citybrain.organizations.actors import Actor
from citybrain.policies import NOTHING, Policy


class WatchPolicy(Policy[Watch]):
    """What somebody watches is known to nobody else."""

    model = Watch
    verbs = {}

    def visible(self, actor: Actor) -> Q:
        return Q(person=actor.user_id) if actor.user_id else NOTHING


watch_policy = WatchPolicy()
