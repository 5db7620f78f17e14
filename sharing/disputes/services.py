"""Disputes raised, moved, carried out; experts asked and their opinions recorded (SC-28, HK-5)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.services.codes import next_numbers
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.duties.services import open_duty
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor, system_actor
from citybrain.organizations.models import Department
from citybrain.refusals import Conflict
from sharing.choices import ApplicationState, AuthorizationState
from sharing.disputes.choices import OPEN, UNFINISHED, Effect
from sharing.disputes.policies import dispute_policy
from sharing.disputes.transitions import DISPUTE, NEGOTIATE
from sharing.models import Authorization, Dispute, ExpertOpinion, ShareApplication
from sharing.policies import application_policy
from sharing.services import authorizations

ENDING = ("settle", "mediate", "execute", "withdraw")
WITH_EFFECT = ("settle", "mediate", "decide")
WRITTEN = ("reply", "opinion", "outcome", "effect", "document_number", "execution")
# From which state of an authorization each effect starts; elsewhere there is nothing to do.
STARTS: dict[str, tuple[str, ...]] = {
    Effect.SUSPEND: (AuthorizationState.ACTIVE,),
    Effect.RESUME: (AuthorizationState.SUSPENDED,),
    Effect.REVOKE: (AuthorizationState.ACTIVE, AuthorizationState.SUSPENDED),
}


def side_of(actor: Actor, application: ShareApplication) -> Department | None:
    """The side for which the actor may dispute; nobody disputes with themselves."""
    if application.department_id == application.provider_id:
        return None
    sides = (application.department, application.provider)
    return next((one for one in sides if actor.may("raise_disputes", one.pk)), None)


def require_side(actor: Actor, application: ShareApplication) -> Department:
    """The actor's side. Raises PermissionDenied for those who are on neither."""
    own = side_of(actor, application)
    if own is None:
        raise PermissionDenied(_("您的角色不能办理这一事项。"))
    return own


def may_be_disputed(application: ShareApplication) -> bool:
    """Whether the provider has received it and it was not taken back."""
    return application.submitted_at is not None and application.state != ApplicationState.WITHDRAWN


def may_add_papers(actor: Actor, dispute: Dispute) -> bool:
    """Both sides, the bureau, and who decides, until it is carried out."""
    return dispute.state in UNFINISHED and any(
        dispute_policy.allows(actor, verb, dispute)
        for verb in ("raise", "reply", "mediate", "decide")
    )


def unfinished_of(field: str) -> Callable[[Department], QuerySet[Dispute]]:
    """Disputes that are not over, by the department in `field`."""
    return lambda source: Dispute.objects.filter(state__in=UNFINISHED, **{field: source})


@transaction.atomic
def raise_dispute(
    *, actor: Actor, application: ShareApplication, claim: str, basis: str = ""
) -> Dispute:
    """Raises a dispute for the actor's side of a delivered application; the other side is told.

    Raises PermissionDenied, ValidationError by field, Conflict while another one is open.
    """
    current = application_policy.fetch(
        actor, ShareApplication.objects.select_related("department", "provider"), pk=application.pk
    )
    own = require_side(actor, current)
    sides = (current.department, current.provider)
    if not may_be_disputed(current):
        raise Conflict(
            _("申请没有送达提供单位，不存在争议。"), state_label=current.get_state_display()
        )
    series = f"ZY{timezone.localdate().year}"
    made = Dispute(
        number=f"{series}-{next_numbers(series)[0]:06}",
        application=current,
        department=own,
        respondent=sides[1] if own == sides[0] else sides[0],
        provider=current.provider,
        claim=claim.strip(),
        basis=basis.strip(),
        submitted_by=actor.user,
    )
    made.full_clean(exclude=["application"], validate_constraints=False)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if "one_open_dispute" not in str(error):
            raise
        raise Conflict(_("这一申请已有在办的争议，请在其中办理。")) from None
    record(
        "sharing.dispute.raised",
        actor=actor,
        subject=made,
        department=own,
        data={"application": current.number, "claim": made.claim, "basis": made.basis},
    )
    open_duty(
        rule=NEGOTIATE,
        subject=made,
        department=made.respondent,
        for_department=own,
        actor=actor,
    )
    notices.tell(
        people=notices.people_to_tell("raise_disputes", made.respondent),
        kind="sharing.dispute.raised",
        title=_("%(department)s提出共享争议：%(dispute)s") % {"department": own, "dispute": made},
        body=made.claim,
        subject=made,
        actor=actor,
    )
    return made


def effects_of(dispute: Dispute) -> list[tuple[str, Any]]:
    """What an outcome may do to the authorization as it stands now."""
    found = Authorization.objects.filter(application=dispute.application_id).first()
    state = found.state if found else None
    return [
        (value, label)
        for value, label in Effect.choices
        if value not in STARTS or state in STARTS[value]
    ]


@transaction.atomic
def move(
    name: str,
    *,
    actor: Actor,
    dispute: Dispute,
    version: int | None = None,
    inputs: Mapping[str, str] | None = None,
) -> Dispute:
    """Makes a move of DISPUTE; an outcome has its effect on the authorization at once.

    Raises as citybrain.workflow.perform does; ValidationError for what is too long or unknown.
    """
    given = {key: str(value).strip() for key, value in (inputs or {}).items()}
    _check(given)
    if name in WITH_EFFECT and given.get("effect") not in ("", None, *dict(effects_of(dispute))):
        raise ValidationError({"effect": _("授权现在的状态不能这样办理，请重新选择。")})

    def write(current: Dispute) -> None:
        for key in WRITTEN:
            if key in given:
                setattr(current, key, given[key])
        if name in ENDING:
            current.ended_at = timezone.now()
        current.save()

    moved = workflow.perform(
        DISPUTE, name, obj=dispute, actor=actor, version=version, inputs=given, change=write
    )
    if name in WITH_EFFECT:
        _carry_out(moved)
    return moved


@transaction.atomic
def ask_expert(
    *, actor: Actor, dispute: Dispute, expert: str, institution: str, question: str
) -> ExpertOpinion:
    """Notes that the bureau has asked an expert, while the dispute is open."""
    current = _open(actor, dispute)
    made = ExpertOpinion(
        dispute=current,
        expert=expert.strip(),
        institution=institution.strip(),
        question=question.strip(),
        asked_by=actor.user,
    )
    made.full_clean()
    made.save(force_insert=True)
    record(
        "sharing.dispute.expert_asked",
        actor=actor,
        subject=current,
        department=current.department,
        data={"expert": made.expert, "institution": made.institution, "question": made.question},
    )
    return made


@transaction.atomic
def note_opinion(*, actor: Actor, opinion: ExpertOpinion, answer: str) -> ExpertOpinion:
    """Records what the expert said, once. Raises Conflict when it was recorded before."""
    current = ExpertOpinion.objects.select_for_update().get(pk=opinion.pk)
    dispute = _open(actor, current.dispute)
    if current.answer:
        raise Conflict(_("专家意见已记录，不能更改。"))
    current.answer = answer.strip()
    if not current.answer:
        raise ValidationError({"answer": _("请填写专家意见。")})
    current.answered_on = timezone.localdate()
    current.full_clean()
    current.save()
    record(
        "sharing.dispute.expert_answered",
        actor=actor,
        subject=dispute,
        department=dispute.department,
        data={"expert": current.expert, "answer": current.answer},
    )
    return current


def _open(actor: Actor, dispute: Dispute) -> Dispute:
    current = dispute_policy.fetch(actor, pk=dispute.pk)
    dispute_policy.require(actor, "mediate", current)
    if current.state not in OPEN:
        raise Conflict(_("争议已经办结。"), state_label=current.get_state_display())
    return current


def _check(given: Mapping[str, str]) -> None:
    errors = {}
    for key in given:
        field = Dispute._meta.get_field(key) if key in WRITTEN else None
        longest = getattr(field, "max_length", None) or 1000
        if len(given[key]) > longest:
            errors[key] = _("不能超过%d个字，请精简。") % longest
    if given.get("effect") and given["effect"] not in Effect.values:
        errors["effect"] = _("请从列表中选择。")
    if errors:
        raise ValidationError(errors)


def _carry_out(dispute: Dispute) -> None:
    """Suspends, resumes or ends the use, as it was agreed or decided."""
    found = Authorization.objects.filter(application=dispute.application_id).first()
    if found is None or found.state not in STARTS.get(dispute.effect, ()):
        return
    authorizations.move(
        dispute.effect,
        actor=system_actor(),
        authorization=found,
        reason=_("执行争议%(number)s的结果：%(outcome)s")
        % {"number": dispute.number, "outcome": dispute.outcome[:200]},
    )
