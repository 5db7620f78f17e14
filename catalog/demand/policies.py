"""Who sees and who may handle demands of the public."""

from django.db.models import Q, QuerySet

from catalog.demand.choices import ACCEPTED, DemandState
from catalog.models import Demand
from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy

WATCHERS = ("moderate_demands", "supervise", "read_everything")


class DemandPolicy(Policy[Demand]):
    """The bureau and those who supervise see all, a department what was given to it.

    What the public reads is `of_the_public`, on pages of its own.
    """

    model = Demand
    verbs = {
        "moderate": Holds("moderate_demands"),
        "answer": Holds("answer_demands"),
    }

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        if actor.is_system or any(actor.scope(name).everywhere for name in WATCHERS):
            return EVERYTHING
        return actor.scope("view_entries").q() & ~Q(state=DemandState.DECLINED)

    def reads_contact(self, actor: Actor, demand: Demand) -> bool:
        """Whoever handles it may write to whoever asked; nobody else learns how."""
        return self.allows(actor, "moderate", demand) or self.allows(actor, "answer", demand)


def of_the_public() -> QuerySet[Demand]:
    """What everybody may read: demands that the bureau has accepted."""
    return Demand.objects.filter(state__in=ACCEPTED)


demand_policy = DemandPolicy()
