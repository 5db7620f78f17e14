"""Who sees and who keeps the register of information systems."""

from django.db.models import Q

from catalog.models import InformationSystem
from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy


def supervises(actor: Actor) -> bool:
    """Those who follow all departments: the bureau, the city government and audit."""
    return actor.scope("supervise").everywhere or actor.scope("read_everything").everywhere


class SystemPolicy(Policy[InformationSystem]):
    """A system is its department's business, and the bureau's; how it is protected tells nobody else."""

    model = InformationSystem
    verbs = {"register": Holds("register_systems")}

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        return EVERYTHING if supervises(actor) else actor.scope("view_entries").q()


system_policy = SystemPolicy()
