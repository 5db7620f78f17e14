"""Who sees notices and deputyships."""

from django.db.models import Q

from citybrain.notices.models import Notice
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Deputyship
from citybrain.policies import NOTHING, Policy


class NoticePolicy(Policy[Notice]):
    """A notice belongs to the person it was addressed to, and to nobody else."""

    model = Notice
    verbs = {}

    def visible(self, actor: Actor) -> Q:
        return Q(recipient=actor.user_id) if actor.user_id else NOTHING


class DeputyshipPolicy(Policy[Deputyship]):
    """A deputyship is known to the two people concerned; only the principal can end it."""

    model = Deputyship
    verbs = {}

    def visible(self, actor: Actor) -> Q:
        if not actor.user_id:
            return NOTHING
        return Q(principal=actor.user_id) | Q(deputy=actor.user_id)


notice_policy = NoticePolicy()
deputyship_policy = DeputyshipPolicy()
