"""More time to answer: asked for by the provider, consented to by the bureau (SC-21)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain import workflow
from citybrain.audit.services import record
from citybrain.duties import services as duties
from citybrain.duties.choices import DutyState
from citybrain.duties.queries import state_of
from citybrain.duties.rules import rule_of
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor, system_actor
from citybrain.refusals import Conflict
from citybrain.workflow import department_at
from sharing.choices import ApplicationState, ExtensionState
from sharing.models import ExtensionRequest, ShareApplication
from sharing.policies import application_policy
from sharing.transitions import BUREAU, EXTENSION, REPLIES

EXTENDABLE = "reply_conditional"
MOST_DAYS = rule_of(EXTENDABLE).extension_days
LONGEST_OPINION = ExtensionRequest._meta.get_field("opinion").max_length or 0


@transaction.atomic
def ask(*, actor: Actor, application: ShareApplication, days: int, reason: str) -> ExtensionRequest:
    """The provider asks for `days` working days more (1 to 10), once per application.

    Raises PermissionDenied, Conflict when the application is not waiting for an answer, and
    ValidationError for days or reason, when it was asked for before, or when the time is over.
    """
    current = application_policy.fetch(
        actor, ShareApplication.objects.select_for_update(of=("self",)), pk=application.pk
    )
    application_policy.require(actor, "answer", current)
    if current.state != ApplicationState.ANSWERING:
        raise Conflict(_("只有待答复的申请才能延期。"), state_label=current.get_state_display())
    if obstacle := _obstacle(current):
        raise ValidationError(obstacle)
    request = ExtensionRequest(
        application=current, days=days, reason=reason.strip(), submitted_by=actor.user
    )
    request.full_clean()
    request.save()
    record(
        "sharing.extension.asked",
        actor=actor,
        subject=request,
        department=current.provider,
        data={"application": current.number, "days": days, "reason": reason},
    )
    notices.tell(
        people=notices.people_to_tell("consent_extensions", department_at(current, BUREAU)),
        kind="sharing.extension.asked",
        title=_("延期申请%s：待大数据局同意") % current.number,
        body=reason,
        subject=request,
    )
    return request


def may_be_asked(application: ShareApplication) -> bool:
    """Whether more time could be asked for now."""
    return application.state == ApplicationState.ANSWERING and not _obstacle(application)


def _obstacle(application: ShareApplication) -> str:
    """Why an application that waits for its answer gets no more time; empty when it may."""
    running = duties.open_duties_of(application)
    duty = next((duty for duty in running if duty.rule == EXTENDABLE), None)
    if duty is None:
        return _("只有有条件共享、由政务部门答复的申请才能延期。")
    if state_of(duty) == DutyState.OVERDUE:
        return _("答复期限已过，不能再申请延期，请尽快答复。")
    if ExtensionRequest.objects.filter(application=application).exists():
        return _("这一申请已提出过延期，不能再次延期（条例第二十一条）。")
    return ""


@transaction.atomic
def decide(
    *,
    actor: Actor,
    request: ExtensionRequest,
    consent: bool,
    opinion: str = "",
    version: int | None = None,
) -> ExtensionRequest:
    """The bureau consents, and the duty is extended, or declines with a reason.

    The notice to the applicant that the article asks for goes out with the move. Raises as
    citybrain.workflow.perform does, and ValidationError for an opinion that is too long.
    """
    opinion = opinion.strip()
    if len(opinion) > LONGEST_OPINION:
        raise ValidationError({"reason": _("审核意见不能超过%d个字，请精简。") % LONGEST_OPINION})

    def write(current: ExtensionRequest) -> None:
        current.opinion = opinion
        current.decided_at = timezone.now()
        current.save(update_fields=["opinion", "decided_at"])
        if consent:
            _extend(current)

    def _extend(current: ExtensionRequest) -> None:
        for duty in duties.open_duties_of(current.application):
            if duty.rule in REPLIES:
                duties.extend(
                    duty=duty,
                    days=current.days,
                    reason=current.reason,
                    actor=actor,
                    consented_by=department_at(current, BUREAU),
                )

    return workflow.perform(
        EXTENSION,
        "grant" if consent else "decline",
        obj=request,
        actor=actor,
        version=version,
        inputs={"reason": opinion} if opinion else {},
        change=write,
    )


def lapse(*, application: ShareApplication) -> None:
    """Ends a request that the bureau has not decided on, because the application has ended."""
    asked = ExtensionRequest.objects.filter(application=application, state=ExtensionState.ASKED)
    for request in asked:
        workflow.perform(EXTENSION, "lapse", obj=request, actor=system_actor())
