"""Questions that wait for the provider's answer, on the worklist."""

from django.urls import reverse
from django.utils.translation import gettext as _

from citybrain.duties.queries import open_by_subject
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from sharing.guidance.choices import GuidanceState
from sharing.models import GuidanceTicket

LIMIT = 50


def items(actor: Actor) -> list[WorkItem]:
    scope = actor.scope("host_data")
    if not scope:
        return []
    rows = GuidanceTicket.objects.filter(scope.q("provider"), state=GuidanceState.OPEN)
    found = list(rows.select_related("department").order_by("id")[:LIMIT])
    duties = open_by_subject(found)
    return [
        WorkItem(
            title=str(one),
            action=_("答复"),
            url=reverse("sharing:guidance_ticket", args=[one.pk]),
            department_name=one.department.short_name,
            since=one.asked_at,
            duty=duties.get(one.pk),
        )
        for one in found
    ]
