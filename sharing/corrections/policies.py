"""Who sees corrections, who handles them, and who reads the values in them."""

from django.db.models import Q

from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy
from sharing.models import CorrectionRequest, Redelivery
from sharing.policies import city_readers


class CorrectionPolicy(Policy[CorrectionRequest]):
    """Both sides see a correction, the bureau and audit all."""

    model = CorrectionRequest
    verbs = {
        "report": Holds("apply_sharing"),
        "answer": Holds("host_data", "provider"),
    }

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        if actor.is_system or city_readers(actor):
            return EVERYTHING
        scope = actor.scope("view_sharing")
        return scope.q() | scope.q("provider")

    def reads_rows(self, actor: Actor, correction: CorrectionRequest) -> bool:
        """Whether the actor reads rows as they are, as with uploads: those who provide, and audit."""
        provider = correction.provider_id
        return actor.may("host_data", provider) or actor.may("read_everything", provider)

    def reads_reported(self, actor: Actor, correction: CorrectionRequest) -> bool:
        """Whether the actor reads what was reported as it was typed; for all others it is masked."""
        if self.reads_rows(actor, correction):
            return True
        own = correction.department_id
        return own is not None and (
            actor.may("apply_sharing", own) or actor.may("use_authorizations", own)
        )

    def words(self, actor: Actor) -> Q:
        """Reports whose words the actor may search: as `reads_reported`, and what the public wrote."""
        own = actor.scope("apply_sharing").q() | actor.scope("use_authorizations").q()
        provided = actor.scope("host_data").q("provider")
        read = actor.scope("read_everything").q("provider")
        return Q(demand__isnull=False) | own | provided | read


class RedeliveryPolicy(Policy[Redelivery]):
    """Each user sees its own, the provider and those who follow the whole city see all."""

    model = Redelivery
    verbs = {"use": Holds("use_authorizations", "authorization.consumer")}

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        if actor.is_system or city_readers(actor):
            return EVERYTHING
        scope = actor.scope("view_sharing")
        return scope.q("authorization__consumer") | scope.q("authorization__provider")


correction_policy = CorrectionPolicy()
redelivery_policy = RedeliveryPolicy()
