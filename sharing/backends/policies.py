"""Who sees and who may handle backends: the provider proposes, the bureau confirms."""

from django.db.models import Q

from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy
from sharing.models import ServiceBackend


class BackendPolicy(Policy[ServiceBackend]):
    """Addresses inside the government network are for the provider and the bureau alone."""

    model = ServiceBackend
    verbs = {
        "propose": Holds("host_data"),
        "confirm": Holds("coordinate_sharing"),
    }

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        if actor.is_system:
            return EVERYTHING
        return (
            actor.scope("view_sharing").q()
            | actor.scope("coordinate_sharing").q()
            | actor.scope("read_everything").q()
        )


backend_policy = BackendPolicy()
