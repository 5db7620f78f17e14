"""Who asks for more time to enter a change, who consents, and who reads of it."""

from typing import Any

from django.db.models import Q

from catalog.models import MoreTimeRequest
from citybrain.organizations.actors import Actor
from citybrain.policies import NOTHING, Holds, Policy


class MoreTimePolicy(Policy[MoreTimeRequest]):
    """The department asks, the bureau consents; both read it, and those who supervise the city."""

    model = MoreTimeRequest
    verbs = {
        "ask": Holds("compile_entries", "entry.department"),
        "consent": Holds("approve_entries", "entry.department"),
    }

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        seen: Any = Q()
        for permission in ("read_everything", "supervise"):
            if actor.scope(permission).everywhere:
                return Q()
        seen = actor.scope("view_entries").q("entry__department")
        return seen | actor.scope("approve_entries").q("entry__department")


more_time_policy = MoreTimePolicy()
