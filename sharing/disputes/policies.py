"""Who disputes, who mediates, who decides, and who reads of it (SC-28)."""

from django.db.models import Q

from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy
from sharing.models import Dispute
from sharing.policies import city_readers


class DisputePolicy(Policy[Dispute]):
    """Both sides and those who follow the whole city."""

    model = Dispute
    verbs = {
        "raise": Holds("raise_disputes"),
        "reply": Holds("raise_disputes", "respondent"),
        "mediate": Holds("coordinate_sharing"),
        "decide": Holds("decide_disputes"),
        "execute": Holds("raise_disputes", "provider"),
    }

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        if actor.is_system or city_readers(actor):
            return EVERYTHING
        scope = actor.scope("view_sharing")
        return scope.q() | scope.q("respondent")


dispute_policy = DisputePolicy()
