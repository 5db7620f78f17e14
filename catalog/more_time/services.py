"""More time to enter a change of law or duties: asked for, consented to, lapsed (SC-17)."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry, MoreTimeRequest
from catalog.models.more_time import EXTENDABLE, MoreTimeState
from catalog.more_time.policies import more_time_policy
from catalog.more_time.transitions import MORE_TIME
from catalog.policies import entry_policy
from catalog.transitions import BUREAU
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.duties import services as duties
from citybrain.duties.choices import DutyState
from citybrain.duties.models import Duty
from citybrain.duties.queries import state_of
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor, system_actor
from citybrain.refusals import Conflict


@transaction.atomic
def ask(*, actor: Actor, entry: CatalogEntry, days: int, reason: str) -> MoreTimeRequest:
    """Asks for `days` working days more for a revision; the bureau is told.

    Raises PermissionDenied, ValidationError by field, Conflict when there is no such deadline, it
    has passed, or more time was asked for before.
    """
    current = entry_policy.fetch(
        actor, CatalogEntry.objects.select_for_update(of=("self",)), pk=entry.pk
    )
    request = MoreTimeRequest(
        entry=current, days=days, reason=reason.strip(), submitted_by=actor.user
    )
    more_time_policy.require(actor, "ask", request)
    if why := obstacle(current):
        raise Conflict(why, state_label=current.get_state_display())
    request.full_clean(exclude=["entry"])
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        if "entry_id" not in str(error):
            raise
        raise Conflict(_("这一修订稿已提出过延期，不能再次提出。")) from None
    record(
        "catalog.more_time.asked",
        actor=actor,
        subject=request,
        department=current.department,
        data={"entry": current.code, "days": days, "reason": request.reason},
    )
    notices.tell(
        people=notices.people_to_tell("approve_entries", workflow.department_at(current, BUREAU)),
        kind="catalog.more_time.asked",
        title=_("延期更新目录%s：待大数据局同意") % current,
        body=request.reason,
        subject=request,
        actor=actor,
    )
    return request


def obstacle(entry: CatalogEntry) -> str:
    """Why a revision gets no more time; empty when it can be asked for."""
    duty = running(entry)
    if duty is None:
        return _("只有因法规或者职能变化、尚未签发报审的修订稿才能申请延期（共享条例第十七条）。")
    if state_of(duty) == DutyState.OVERDUE:
        return _("更新期限已过，不能再申请延期，请尽快签发报审。")
    if MoreTimeRequest.objects.filter(entry=entry).exists():
        return _("这一修订稿已提出过延期，不能再次提出。")
    return ""


def running(entry: CatalogEntry) -> Duty | None:
    """The open duty to enter the change, if there is one."""
    return next((one for one in duties.open_duties_of(entry) if one.rule == EXTENDABLE), None)


def decide(
    name: str,
    *,
    actor: Actor,
    request: MoreTimeRequest,
    version: int | None = None,
    reason: str = "",
) -> MoreTimeRequest:
    """Makes a move of MORE_TIME; granted, the duty is extended in the same transaction."""
    opinion = reason.strip()
    longest = MoreTimeRequest._meta.get_field("opinion").max_length or 0
    if len(opinion) > longest:
        raise ValidationError({"reason": _("审核意见不能超过%d个字，请精简。") % longest})

    def write(current: MoreTimeRequest) -> None:
        current.opinion = opinion
        current.save(update_fields=["opinion"])
        duty = running(current.entry)
        if name == "grant" and duty is not None:
            duties.extend(
                duty=duty,
                days=current.days,
                reason=current.reason,
                actor=actor,
                consented_by=workflow.department_at(current.entry, BUREAU),
            )

    return workflow.perform(
        MORE_TIME,
        name,
        obj=request,
        actor=actor,
        version=version,
        inputs={"reason": opinion} if opinion else {},
        change=write,
    )


def lapse(entry: CatalogEntry, actor: Actor) -> None:
    """Reaction: signed or given up, the revision needs no more time."""
    for request in MoreTimeRequest.objects.filter(entry=entry, state=MoreTimeState.ASKED):
        workflow.perform(MORE_TIME, "lapse", obj=request, actor=system_actor())
