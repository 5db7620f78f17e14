"""Who asks, who answers, and who reads along."""

from django.db.models import Q

from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy
from sharing.models import GuidanceTicket
from sharing.policies import city_readers


class GuidancePolicy(Policy[GuidanceTicket]):
    """Both sides see a ticket; the bureau and audit see all."""

    model = GuidanceTicket
    verbs = {
        "ask": Holds("apply_sharing"),
        "answer": Holds("host_data", "provider"),
    }

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        if actor.is_system or city_readers(actor):
            return EVERYTHING
        scope = actor.scope("view_sharing")
        return scope.q() | scope.q("provider")


guidance_policy = GuidancePolicy()
