"""Who sees which statutory clock, and who keeps the calendar."""

from django.db.models import Q

from citybrain.duties.models import Duty
from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Policy

MANAGE_CALENDAR = "manage_calendar"


class DutyPolicy(Policy[Duty]):
    """Seen by the people of the department that owes it and of the one it is owed to.

    And by whoever supervises (SC-38) or audits those departments. A duty has no verbs of its own:
    it moves with the object it is on.
    """

    model = Duty
    verbs = {}

    def visible(self, actor: Actor) -> Q:
        if actor.is_system:
            return EVERYTHING
        if actor.user is None:
            return NOTHING
        seen = NOTHING
        if actor.department_id is not None:
            own = actor.department_id
            seen = Q(department_id=own) | Q(for_department_id=own)
        for permission in ("supervise", "read_everything"):
            scope = actor.scope(permission)
            if scope.everywhere:
                return EVERYTHING
            if scope:
                seen |= scope.q("department") | scope.q("for_department")
        return seen


duty_policy = DutyPolicy()
