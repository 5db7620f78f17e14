"""Error reports of the public in the same queue: taken up with the demand, answered to it (HK-17).

Their term is that of the demand, and so is what the public reads.
"""

from django.utils.translation import gettext as _

from catalog.demand import services as demands
from catalog.demand.choices import DemandKind, DemandState, Outcome
from catalog.models import Demand
from citybrain import workflow
from citybrain.organizations.actors import Actor, system_actor
from sharing.corrections.choices import CorrectionState
from sharing.corrections.services import reporting, verifying
from sharing.corrections.transitions import CORRECTION
from sharing.models import CorrectionRequest

OUTCOMES: dict[str, str] = {
    CorrectionState.CORRECTED: Outcome.ADOPTED,
    CorrectionState.PARTLY: Outcome.PARTLY,
    CorrectionState.UPHELD: Outcome.NOT_ADOPTED,
}
MOVES: dict[str, str] = {
    Outcome.ADOPTED: "correct",
    Outcome.PARTLY: "correct_partly",
    Outcome.NOT_ADOPTED: "uphold",
}


def take_up(demand: Demand, actor: Actor) -> None:
    """Puts a report of an error into the queue of whoever is to answer it."""
    if demand.kind != DemandKind.ERROR or demand.entry is None or demand.department is None:
        return
    found = CorrectionRequest.objects.filter(demand=demand).first()
    if found is not None:
        found.provider = demand.department
        found.save(update_fields=["provider"])
        return
    reporting.keep(
        CorrectionRequest(
            demand=demand,
            entry=demand.entry,
            provider=demand.department,
            problem=f"{demand.title}\n{demand.text}",
        )
    )


def answer_demand(correction: CorrectionRequest, actor: Actor) -> None:
    """Gives the finding as the answer to the demand; the bureau publishes it."""
    demand = correction.demand
    if demand is not None and demand.state == DemandState.ASSIGNED:
        demands.move(
            "answer",
            actor=actor,
            demand=demand,
            inputs={"outcome": OUTCOMES[correction.state], "answer": correction.answer},
        )


def line_by_line(demand: Demand, actor: Actor) -> list[str]:
    """Guard of the demand's answer: what was begun line by line is ended so."""
    found = _open(demand)
    if found is None or not found.lines.exists():
        return []
    return [_("这一纠错正在数据校核%s中逐行核实，请在那里反馈。") % found.number]


def follow_answer(demand: Demand, actor: Actor) -> None:
    """What was answered on the demand's own page is answered here, too."""
    found = _open(demand)
    if found is not None:
        verifying.answer(
            actor=system_actor(),
            correction=found,
            name=MOVES[demand.outcome],
            text=demand.answer,
        )


def follow_return(demand: Demand, actor: Actor) -> None:
    """The bureau wants another answer."""
    found = CorrectionRequest.objects.filter(demand=demand).first()
    if found is not None and found.state != CorrectionState.OPEN:
        workflow.perform(CORRECTION, "reopen", obj=found, actor=system_actor())


def _open(demand: Demand) -> CorrectionRequest | None:
    return CorrectionRequest.objects.filter(demand=demand, state=CorrectionState.OPEN).first()
