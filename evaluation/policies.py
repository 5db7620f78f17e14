"""Who compiles the annual report, who reads it, and who sees which scorecard."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy
from evaluation.choices import ReportState
from evaluation.models import AnnualReport, Scorecard


@dataclass(frozen=True)
class HoldsForTheCity(Holds):
    """Allows whoever holds `permission` for the whole city: a report belongs to no department."""

    def __call__(self, actor: Actor, obj: Any) -> bool:
        return actor.scope(self.permission).everywhere

    def q(self, actor: Actor) -> Q:
        return EVERYTHING if actor.scope(self.permission).everywhere else NOTHING


def reads_for_the_city(actor: Actor) -> bool:
    """The bureau, the city government and audit: whoever follows all departments."""
    return actor.scope("supervise").everywhere or actor.scope("read_everything").everywhere


class ReportPolicy(Policy[AnnualReport]):
    """Reports are read by those who follow the whole city, and compiled by the evaluator."""

    model = AnnualReport
    verbs: Mapping[str, Holds] = {
        "compile": HoldsForTheCity("compile_report"),
        "read": HoldsForTheCity("supervise"),
    }

    def visible(self, actor: Actor) -> Q:
        return EVERYTHING if reads_for_the_city(actor) else NOTHING


class ScorecardPolicy(Policy[Scorecard]):
    """A department sees its own results, and those of departments merged into it (HK-16)."""

    model = Scorecard
    verbs: Mapping[str, Holds] = {"read": Holds("view_scorecards")}

    def visible(self, actor: Actor) -> Q:
        if reads_for_the_city(actor):
            return Q(report__state=ReportState.DONE)
        own = actor.scope("view_scorecards")
        if not own:
            return NOTHING
        return own.q() & Q(report__state=ReportState.DONE)


report_policy = ReportPolicy()
scorecard_policy = ScorecardPolicy()
