"""Corrections 校核 (SC-26): a user of data reports what is wrong, the provider answers in time."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
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
from sharing.choices import CorrectionState
from sharing.models import Authorization, CorrectionRequest
from sharing.policies import correction_policy
from sharing.transitions import CORRECTION


def check_user(*, actor: Actor, entry: CatalogEntry) -> None:
    """Raises unless the actor's department may report what is wrong with the entry's data.

    PermissionDenied unless it was granted use of the data, Conflict when the entry is not
    published.
    """
    correction_policy.require(
        actor, "report", CorrectionRequest(department=actor.department, entry=entry)
    )
    if entry.state != EntryState.PUBLISHED:
        raise Conflict(_("只能校核已发布的信息资源。"), state_label=entry.get_state_display())
    if entry.department_id == actor.department_id:
        raise PermissionDenied(_("本单位提供的数据请直接更正，无须申请校核。"))
    if not _grants(actor, entry).exists():
        raise PermissionDenied(_("获得授权使用该信息资源的单位才能提出校核，请先申请共享。"))


def _grants(actor: Actor, entry: CatalogEntry) -> QuerySet[Authorization]:
    """What the actor's department may use or has used of the entry."""
    return Authorization.objects.filter(entry=entry, consumer=actor.department)


def _require_new(actor: Actor, entry: CatalogEntry, items: str, problem: str) -> None:
    """Two people of a department who report the same thing at once wait for each other here."""
    _grants(actor, entry).select_for_update(of=("self",)).order_by("pk").first()
    same = CorrectionRequest.objects.filter(
        department=actor.department,
        entry=entry,
        items=items,
        problem=problem,
        state=CorrectionState.OPEN,
    ).first()
    if same is not None:
        raise Conflict(
            _("本单位已提出相同的校核申请%s，请等待反馈。") % same.number,
            state_label=same.get_state_display(),
        )


@transaction.atomic
def report(*, actor: Actor, entry: CatalogEntry, items: str, problem: str) -> CorrectionRequest:
    """Reports a problem with published data; opens the duty to answer in 10 working days.

    Raises as `check_user` does, ValidationError by field, and Conflict when the department's same
    report is still open.
    """
    current = entry_policy.fetch(actor, pk=entry.pk)
    check_user(actor=actor, entry=current)
    _require_new(actor, current, items, problem)
    year = timezone.localdate().year
    correction = CorrectionRequest(
        department=actor.department,
        entry=current,
        provider=current.department,
        items=items,
        problem=problem,
        submitted_by=actor.user,
    )
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
