"""Who sees, registers and checks what allows data to leave the country."""

from django.db.models import Q

from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy
from security.models import ExportAssessment

READERS = ("view_entries", "confirm_exports", "supervise", "read_everything")


class ExportPolicy(Policy[ExportAssessment]):
    """The department's own people, those who check it, and those who follow the whole city."""

    model = ExportAssessment
    verbs = {
        "register": Holds("register_exports"),
        "confirm": Holds("confirm_exports"),
    }

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        if actor.is_system or any(actor.scope(name).everywhere for name in READERS[1:]):
            return EVERYTHING
        return actor.scope("view_entries").q()


export_policy = ExportPolicy()
