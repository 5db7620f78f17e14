"""Questions that wait for the provider's answer, on the worklist."""

from django.utils.translation import gettext as _

from citybrain.duties.worklist import lines
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from sharing.guidance.choices import GuidanceState
from sharing.models import GuidanceTicket


def items(actor: Actor) -> list[WorkItem]:
    scope = actor.scope("host_data")
    if not scope:
        return []
    rows = GuidanceTicket.objects.filter(scope.q("provider"), state=GuidanceState.OPEN)
    return lines(
        rows.select_related("department"),
        action=_("答复"),
        url_name="sharing:guidance_ticket",
        department=lambda one: one.department.short_name,
        since=lambda one: one.asked_at,
    )
