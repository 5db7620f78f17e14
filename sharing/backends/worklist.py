"""Backends that wait for the bureau to confirm their address, on the worklist."""

from django.utils.translation import gettext as _

from citybrain.duties.worklist import lines
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from citybrain.workflow import of_others
from sharing.backends.choices import BackendState
from sharing.backends.transitions import BACKEND
from sharing.models import ServiceBackend


def items(actor: Actor) -> list[WorkItem]:
    scope = actor.scope("coordinate_sharing")
    if not scope:
        return []
    others = of_others(BACKEND.moves["confirm"], actor)
    rows = ServiceBackend.objects.filter(scope.q(), others, state=BackendState.PROPOSED)
    return lines(
        rows.select_related("department", "service__entry").defer("service__entry__search"),
        action=_("确认后端地址"),
        url_name="sharing:backend",
        department=lambda one: one.department.short_name,
        since=lambda one: one.created_at,
        title=lambda one: f"《{one.service.entry.title}》{one.get_kind_display()}",
    )
