"""Who sees which statutory clock, and who keeps the calendar."""

from django.db.models import Q

from citybrain.duties.models import Duty
from citybrain.duties.rules import RULES
from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Policy

MANAGE_CALENDAR = "manage_calendar"
STATUTORY = ~Q(rule__in=[code for code, rule in RULES.items() if not rule.statutory])


class DutyPolicy(Policy[Duty]):
    """Seen by the people of the department that owes it and of the one it is owed to.

    And by whoever supervises (SC-38) or audits those departments. Supervision sees what the law
    sets: a department's own sign-off is about what it has not signed, and may not want, yet. A duty
    has no verbs of its own: it moves with the object it is on.
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
        for permission, kind in (("read_everything", EVERYTHING), ("supervise", STATUTORY)):
            scope = actor.scope(permission)
            if scope.everywhere:
                return kind | seen
            if scope:
                seen |= (scope.q("department") | scope.q("for_department")) & kind
        return seen


duty_policy = DutyPolicy()
