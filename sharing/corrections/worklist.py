"""What corrections ask of people on the worklist."""

from django.utils.translation import gettext as _

from citybrain.duties.worklist import lines
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from sharing.corrections.choices import CorrectionState
from sharing.models import CorrectionRequest


def items(actor: Actor) -> list[WorkItem]:
    """Reports to verify and answer; what the public reports stands there as a demand already."""
    scope = actor.scope("host_data")
    if not scope:
        return []
    rows = CorrectionRequest.objects.filter(
        scope.q("provider"), state=CorrectionState.OPEN, demand=None
    ).select_related("department", "entry")
    return lines(
        rows,
        action=_("核实并反馈"),
        url_name="sharing:correction",
        department=lambda one: one.reporter,
        since=lambda one: one.created_at,
    )
