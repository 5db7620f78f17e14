"""Who reports on the use of data and who checks it."""

from collections.abc import Mapping

from django.db.models import Q

from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy
from sharing.models import RightsMatter, UseReport
from sharing.policies import city_readers
from sharing.rights.choices import MatterKind


def readers_of_grant(actor: Actor) -> Q:
    """Both sides of the authorization, and those who follow the whole city."""
    if actor.is_public:
        return NOTHING
    if actor.is_system or city_readers(actor):
        return EVERYTHING
    scope = actor.scope("view_sharing")
    return scope.q("authorization__consumer") | scope.q("authorization__provider")


class UseReportPolicy(Policy[UseReport]):
    """Both sides read a report, and those who follow the whole city; the consumer owes it."""

    model = UseReport
    verbs = {
        "file": Holds("use_authorizations", "authorization.consumer"),
        "check": Holds("answer_applications", "authorization.provider"),
    }

    def visible(self, actor: Actor) -> Q:
        return readers_of_grant(actor)


class MatterPolicy(Policy[RightsMatter]):
    """The same readers; each kind is raised by one side and answered by the other."""

    model = RightsMatter
    verbs = {
        "use": Holds("use_authorizations", "authorization.consumer"),
        "consent": Holds("sign_applications", "authorization.consumer"),
        "provide": Holds("answer_applications", "authorization.provider"),
        "coordinate": Holds("coordinate_sharing", "authorization.provider"),
    }
    # Who raises which kind: any of these verbs.
    raised_by: Mapping[str, tuple[str, ...]] = {
        MatterKind.MISUSE: ("provide", "coordinate"),
        MatterKind.STOP: ("provide",),
        MatterKind.FORWARD: ("use",),
    }

    def visible(self, actor: Actor) -> Q:
        return readers_of_grant(actor)

    def may_raise(self, actor: Actor, matter: RightsMatter) -> bool:
        return any(self.allows(actor, verb, matter) for verb in self.raised_by[matter.kind])


use_report_policy = UseReportPolicy()
matter_policy = MatterPolicy()
