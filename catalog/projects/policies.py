"""Who sees projects, who keeps their record, who accepts them."""

from django.db.models import Q

from catalog.models import Project
from catalog.systems.policies import supervises
from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy


class ProjectPolicy(Policy[Project]):
    """A project is its department's business, and the bureau's."""

    model = Project
    verbs = {
        "register": Holds("register_systems"),
        "accept": Holds("accept_projects"),
    }

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        return EVERYTHING if supervises(actor) else actor.scope("view_entries").q()


project_policy = ProjectPolicy()
