"""Who of the staff sees and who may suspend developers. They themselves come by a session of their own."""

from typing import Any

from django.db.models import Q

from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy
from sharing.models import Developer

MANAGE = "manage_developers"
WATCHERS = (MANAGE, "read_everything")


class InTheCity(Holds):
    """Allows whoever holds the permission for the whole city: developers belong to no department."""

    def __call__(self, actor: Actor, obj: Any) -> bool:
        return actor.scope(self.permission).everywhere

    def q(self, actor: Actor) -> Q:
        return EVERYTHING if actor.scope(self.permission).everywhere else NOTHING


class DeveloperPolicy(Policy[Developer]):
    """The bureau's coordinators and audit see them: what is known of them is personal."""

    model = Developer
    verbs = {"manage": InTheCity(MANAGE), "withdraw": InTheCity(MANAGE)}

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        seen = actor.is_system or any(actor.scope(name).everywhere for name in WATCHERS)
        return EVERYTHING if seen else NOTHING


developer_policy = DeveloperPolicy()
