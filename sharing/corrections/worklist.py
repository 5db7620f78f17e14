"""What corrections ask of people on the worklist."""

from django.urls import reverse
from django.utils.translation import gettext as _

from citybrain.duties import queries as duty_queries
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from sharing.corrections.choices import CorrectionState
from sharing.models import CorrectionRequest

LIMIT = 50


def items(actor: Actor) -> list[WorkItem]:
    """Reports to verify and answer; what the public reports stands there as a demand already."""
    scope = actor.scope("host_data")
    if not scope:
        return []
    rows = CorrectionRequest.objects.filter(
        scope.q("provider"), state=CorrectionState.OPEN, demand=None
    ).select_related("department", "entry")
    found = list(rows.order_by("id")[:LIMIT])
    duties = duty_queries.open_by_subject(found)
    return [
        WorkItem(
            title=str(one),
            action=_("核实并反馈"),
            url=reverse("sharing:correction", args=[one.pk]),
            department_name=one.reporter,
            since=one.created_at,
            duty=duties.get(one.pk),
        )
        for one in found
    ]
