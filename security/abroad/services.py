"""Registering what allows data to leave the country, and moving it on (HK-22)."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain import workflow
from citybrain.audit.services import record
from citybrain.notices.services import people_to_tell, tell
from citybrain.organizations.actors import Actor
from citybrain.organizations.choices import Competence
from citybrain.organizations.models import Department
from security.abroad.choices import AssessmentState
from security.abroad.policies import export_policy
from security.abroad.transitions import EXPORT
from security.models import ExportAssessment

FIELDS = (
    "way", "number", "authority", "recipient", "region", "scope", "concluded_on", "valid_until",
)  # fmt: skip


@transaction.atomic
def register(*, actor: Actor, values: Mapping[str, Any]) -> ExportAssessment:
    """Enters a record for the actor's department; the cyberspace office checks it.

    Raises PermissionDenied, ValidationError by field.
    """
    made = ExportAssessment(
        department=actor.department,
        submitted_by=actor.user,
        **{name: values[name] for name in FIELDS},
    )
    export_policy.require(actor, "register", made)
    made.full_clean()
    if made.concluded_on > timezone.localdate():
        raise ValidationError({"concluded_on": _("结论日期不能晚于今天。")})
    if made.valid_until < timezone.localdate():
        raise ValidationError({"valid_until": _("已过有效期，不能用于共享申请，请登记新的结果。")})
    made.save()
    data = {name: str(getattr(made, name)) for name in FIELDS}
    record(
        "security.export.registered",
        actor=actor,
        subject=made,
        department=made.department,
        data=data,
    )
    for office in Department.objects.active().filter(competences__contains=[Competence.CYBERSPACE]):
        tell(
            people=people_to_tell("confirm_exports", office),
            kind="security.export.registered",
            title=_("%(department)s登记了数据出境安全评估记录%(number)s，请核对")
            % {"department": made.department, "number": made},
            body=made.scope,
            subject=made,
            actor=actor,
        )
    return made


def move(
    name: str,
    *,
    actor: Actor,
    assessment: ExportAssessment,
    version: int | None = None,
    reason: str = "",
) -> ExportAssessment:
    """Makes a move of transitions.EXPORT; raises as citybrain.workflow.perform does."""
    return workflow.perform(
        EXPORT,
        name,
        obj=assessment,
        actor=actor,
        version=version,
        inputs={"reason": reason} if reason else {},
    )


def usable_by(department: Department | None) -> QuerySet[ExportAssessment]:
    """What a department may rely on today."""
    today = timezone.localdate()
    return ExportAssessment.objects.filter(
        department=department,
        state=AssessmentState.CONFIRMED,
        concluded_on__lte=today,
        valid_until__gte=today,
    )
