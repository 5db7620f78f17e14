"""Who reads the audit trail."""

from collections.abc import Mapping

from django.db.models import Q

from citybrain.audit.models import AuditRecord
from citybrain.organizations.actors import Actor
from citybrain.policies import Holds, Policy


class RecordPolicy(Policy[AuditRecord]):
    """`read_audit` opens the records of the departments for which it is held."""

    model = AuditRecord
    verbs: Mapping[str, Holds] = {"read": Holds("read_audit")}

    def visible(self, actor: Actor) -> Q:
        return actor.scope("read_audit").q()


records = RecordPolicy()
