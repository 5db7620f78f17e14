"""A watch is its person's own."""

from django.db.models import Q

from catalog.models import Watch
from citybrain.organizations.actors import Actor
from citybrain.policies import NOTHING, Policy


class WatchPolicy(Policy[Watch]):
    model = Watch
    verbs = {}

    def visible(self, actor: Actor) -> Q:
        return NOTHING if actor.user is None else Q(person=actor.user)


watch_policy = WatchPolicy()
