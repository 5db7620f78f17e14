"""Who sees and who may handle lines of the negative list."""

from django.db.models import Q

from catalog.models import NegativeListEntry
from catalog.negative_list.choices import PUBLIC, NegativeState
from catalog.policies import HoldsAny
from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy

BEFORE_SUBMISSION = (NegativeState.DRAFT, NegativeState.DISCARDED)


class NegativeListPolicy(Policy[NegativeListEntry]):
    """What is or was on the list is seen by everyone with an account; proposals by their department.

    The bureau sees what has been submitted, the auditor everything. To `follow` is to read the
    reason and the history.
    """

    model = NegativeListEntry
    verbs = {
        "propose": Holds("propose_negative_list"),
        "sign": Holds("sign_negative_list"),
        "review": Holds("review_negative_list"),
        "withdraw": HoldsAny("sign_negative_list", others=("review_negative_list",)),
        "follow": HoldsAny("view_entries", others=("supervise", "read_everything")),
    }

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        if actor.is_system or actor.scope("read_everything").everywhere:
            return EVERYTHING
        seen = Q(state__in=PUBLIC) | actor.scope("view_entries").q()
        if actor.scope("supervise").everywhere:
            seen |= ~Q(state__in=BEFORE_SUBMISSION)
        return seen


negative_policy = NegativeListPolicy()
