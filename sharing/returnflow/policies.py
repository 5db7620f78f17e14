"""Who sees needs, packages and parts: the department its own, the bureau and audit all."""

from django.db.models import Q

from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy
from sharing.models import ReturnNeed, ReturnPackage, ReturnReceipt
from sharing.policies import city_readers
from sharing.returnflow.choices import INSIDE

MANAGE = "manage_return_flow"


def follows_all(actor: Actor) -> bool:
    return actor.is_system or city_readers(actor) or actor.scope(MANAGE).everywhere


class NeedPolicy(Policy[ReturnNeed]):
    """A department sees its own; the bureau once they are signed."""

    model = ReturnNeed
    verbs = {
        "ask": Holds("apply_sharing"),
        "sign": Holds("sign_applications"),
        "handle": Holds(MANAGE),
    }

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        if actor.is_system or actor.scope("read_everything").everywhere:
            return EVERYTHING
        own = actor.scope("view_sharing").q()
        return own | ~Q(state__in=INSIDE) if follows_all(actor) else own


class PackagePolicy(Policy[ReturnPackage]):
    """What came down whole: departments see their parts alone, by ReceiptPolicy."""

    model = ReturnPackage
    verbs = {"handle": Holds(MANAGE)}

    def visible(self, actor: Actor) -> Q:
        return EVERYTHING if not actor.is_public and follows_all(actor) else NOTHING


class ReceiptPolicy(Policy[ReturnReceipt]):
    model = ReturnReceipt
    verbs = {"use": Holds("use_authorizations")}

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        return EVERYTHING if follows_all(actor) else actor.scope("view_sharing").q()


need_policy = NeedPolicy()
package_policy = PackagePolicy()
receipt_policy = ReceiptPolicy()
