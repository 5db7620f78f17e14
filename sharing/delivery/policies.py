"""Who sees packages and who fetches them: both sides of the authorization, the consumer."""

from django.db.models import Q

from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy
from sharing.models import ExchangePackage
from sharing.policies import city_readers


class PackagePolicy(Policy[ExchangePackage]):
    model = ExchangePackage
    verbs = {"use": Holds("use_authorizations", "plan.authorization.consumer")}

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        if actor.is_system or city_readers(actor):
            return EVERYTHING
        scope = actor.scope("view_sharing")
        path = "plan__authorization__"
        return scope.q(f"{path}consumer") | scope.q(f"{path}provider")


package_policy = PackagePolicy()
