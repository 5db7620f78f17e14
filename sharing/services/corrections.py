"""Corrections 校核 (SC-26): a user of data reports what is wrong, the provider answers in time."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from catalog.services.codes import next_numbers
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.duties import services as duties
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from sharing.models import CorrectionRequest
from sharing.policies import correction_policy
from sharing.transitions import CORRECTION


@transaction.atomic
def report(*, actor: Actor, entry: CatalogEntry, items: str, problem: str) -> CorrectionRequest:
    """Reports a problem with published data; opens the duty to answer in 10 working days.

    Raises Conflict when the entry is not published, PermissionDenied, ValidationError by field and
    when the entry is the department's own.
    """
    current = entry_policy.fetch(actor, pk=entry.pk)
    if current.state != EntryState.PUBLISHED:
        raise Conflict(_("只能校核已发布的信息资源。"), state_label=current.get_state_display())
    if current.department_id == actor.department_id:
        raise ValidationError(_("本单位提供的数据请直接更正，无须申请校核。"))
    year = timezone.localdate().year
    correction = CorrectionRequest(
        department=actor.department,
        entry=current,
        provider=current.department,
        items=items,
        problem=problem,
        submitted_by=actor.user,
    )
    correction_policy.require(actor, "report", correction)
    correction.full_clean(exclude=["number", "state", "answer"])
    correction.number = f"JH{year}-{next_numbers(f'JH{year}')[0]:06}"
    correction.save()
    duties.open_duty(
        rule="correct",
        subject=correction,
        department=current.department,
        for_department=correction.department,
        actor=actor,
    )
    record(
        "sharing.correction.reported",
        actor=actor,
        subject=correction,
        department=current.department,
        data={"entry": current.code, "items": items},
    )
    notices.tell(
        people=notices.people_to_tell("host_data", current.department),
        kind="sharing.correction.reported",
        title=_("校核申请%s：请在10个工作日内核实并反馈") % correction,
        body=problem,
        subject=correction,
    )
    return correction


def answer(
    *,
    actor: Actor,
    correction: CorrectionRequest,
    corrected: bool,
    text: str,
    version: int | None = None,
) -> CorrectionRequest:
    """The provider's finding: corrected, or verified to be right; `text` says what was found."""

    def write(current: CorrectionRequest) -> None:
        current.answer = text.strip()
        current.answered_at = timezone.now()
        current.save(update_fields=["answer", "answered_at"])

    return workflow.perform(
        CORRECTION,
        "correct" if corrected else "uphold",
        obj=correction,
        actor=actor,
        version=version,
        inputs={"reason": text},
        change=write,
    )
