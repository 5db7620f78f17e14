"""What demands of the public ask of people on the worklist."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog.demand.choices import DemandState
from catalog.demand.transitions import DEMAND
from catalog.models import Demand
from citybrain.duties.worklist import lines
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from citybrain.workflow import of_others


def items(actor: Actor) -> list[WorkItem]:
    """Demands to accept, to answer, and answers to publish."""
    return [item for rows, action in _rows(actor) for item in _lines(rows, action)]


def _rows(actor: Actor) -> Iterable[tuple[QuerySet[Demand], str]]:
    moderates = actor.scope("moderate_demands")
    if moderates:
        yield Demand.objects.filter(state=DemandState.RECEIVED), _("受理社会需求")
        others = of_others(DEMAND.moves["publish"], actor)
        yield Demand.objects.filter(others, state=DemandState.ANSWERED), _("公布答复")
    answers = actor.scope("answer_demands")
    if answers:
        yield Demand.objects.filter(answers.q(), state=DemandState.ASSIGNED), _("答复社会需求")


def _lines(rows: QuerySet[Demand], action: str) -> list[WorkItem]:
    return lines(
        rows.select_related("department"),
        action=action,
        url_name="catalog:demand",
        department=lambda demand: demand.department.short_name if demand.department else "",
        since=lambda demand: demand.received_at,
    )
