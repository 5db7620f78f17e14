"""Reporting to the province is the bureau's matter; those who follow the whole city may read it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from catalog.models import ProvincialReport
from catalog.systems.policies import supervises
from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy


@dataclass(frozen=True)
class HoldsForTheCity(Holds):
    """Allows whoever holds `permission` for the whole city: a report belongs to no department."""

    def __call__(self, actor: Actor, obj: Any) -> bool:
        return actor.scope(self.permission).everywhere

    def q(self, actor: Actor) -> Q:
        return EVERYTHING if actor.scope(self.permission).everywhere else NOTHING


class ProvincialPolicy(Policy[ProvincialReport]):
    model = ProvincialReport
    verbs = {"report": HoldsForTheCity("report_to_province")}

    def visible(self, actor: Actor) -> Q:
        return EVERYTHING if supervises(actor) else NOTHING


provincial_policy = ProvincialPolicy()
