"""Who may look at and manage departments, people and API tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from citybrain.organizations.actors import Actor
from citybrain.organizations.models import ApiToken, Department, User
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy


@dataclass(frozen=True)
class HoldsHere(Holds):
    """Allows whoever holds `permission` for the department that the object itself is."""

    def __call__(self, actor: Actor, obj: Any) -> bool:
        return actor.may(self.permission, obj.pk)

    def q(self, actor: Actor) -> Q:
        return actor.scope(self.permission).q("pk")


class DepartmentPolicy(Policy[Department]):
    """Everyone who signs in may know of every department: they share data with each other."""

    model = Department
    verbs: Mapping[str, Holds] = {
        "look": HoldsHere("view_people"),
        "change": HoldsHere("manage_people"),
        "merge": HoldsHere("manage_people"),
    }

    def visible(self, actor: Actor) -> Q:
        return NOTHING if actor.is_public else EVERYTHING


class UserPolicy(Policy[User]):
    """People files are for those who manage them, and for the person."""

    model = User
    verbs: Mapping[str, Holds] = {
        "look": Holds("view_people"),
        "change": Holds("manage_people"),
        "set_roles": Holds("manage_people"),
        "reset": Holds("manage_people"),
    }

    def visible(self, actor: Actor) -> Q:
        if actor.is_system:
            return EVERYTHING
        if actor.user is None:
            return NOTHING
        return actor.scope("view_people").q() | Q(pk=actor.user_id)


class ApiTokenPolicy(Policy[ApiToken]):
    """A token is its owner's alone, whatever anybody's role."""

    model = ApiToken
    verbs: Mapping[str, Holds] = {}

    def visible(self, actor: Actor) -> Q:
        return Q(user=actor.user) if actor.user is not None else NOTHING


departments = DepartmentPolicy()
people = UserPolicy()
tokens = ApiTokenPolicy()
