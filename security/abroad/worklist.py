"""What the register asks of the cyberspace office on the worklist."""

from django.urls import reverse
from django.utils.translation import gettext as _

from citybrain.duties.worklist import MOST_LISTED
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from citybrain.workflow import of_others
from security.abroad.choices import AssessmentState
from security.abroad.transitions import EXPORT
from security.models import ExportAssessment


def items(actor: Actor) -> list[WorkItem]:
    """Records to be checked."""
    scope = actor.scope("confirm_exports")
    if not scope:
        return []
    rows = ExportAssessment.objects.filter(
        scope.q(), of_others(EXPORT.moves["confirm"], actor), state=AssessmentState.REGISTERED
    ).select_related("department")
    return [
        WorkItem(
            title=_("数据出境安全评估记录 %s") % one.number,
            action=_("核对"),
            url=reverse("security:export", args=[one.pk]),
            department_name=one.department.short_name,
            since=one.registered_at,
        )
        for one in rows.order_by("id")[:MOST_LISTED]
    ]
