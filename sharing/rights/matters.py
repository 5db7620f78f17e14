"""Matters of use: raised by one side, answered by the other, with their effect on the grant."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
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
from sharing.choices import AuthorizationState
from sharing.models import Authorization, RightsMatter
from sharing.policies import authorization_policy
from sharing.rights.choices import FIRST_STATE, LONGEST, UNFINISHED, MatterKind, MatterState
from sharing.rights.matter_moves import ANSWER, MATTER, RECTIFY
from sharing.rights.policies import matter_policy
from sharing.services import authorizations

IN_FORCE = (AuthorizationState.ACTIVE, AuthorizationState.SUSPENDED)
WRITTEN = ("response", "filing_number")


@transaction.atomic
def raise_matter(
    *,
    actor: Actor,
    authorization: Authorization,
    kind: str,
    text: str,
    wanted_on: date | None = None,
    recipient: str = "",
) -> RightsMatter:
    """Raises a matter of a grant in force; a misuse suspends it at once (SC-27).

    Raises PermissionDenied, ValidationError by field, Conflict when the use has ended or the same
    matter is under way.
    """
    current = authorization_policy.fetch(
        actor, Authorization.objects.select_related("consumer", "provider"), pk=authorization.pk
    )
    made = RightsMatter(
        kind=kind,
        authorization=current,
        text=text.strip(),
        wanted_on=wanted_on if kind == MatterKind.STOP else None,
        recipient=recipient.strip() if kind == MatterKind.FORWARD else "",
        state=FIRST_STATE[MatterKind(kind)],
        submitted_by=actor.user,
    )
    if not matter_policy.may_raise(actor, made):
        raise PermissionDenied(_("您的角色不能办理这一事项。"))
    if current.state not in IN_FORCE:
        raise Conflict(_("授权已经结束。"), state_label=current.get_state_display())
    _check(made)
    series = f"SY{timezone.localdate().year}"
    made.number = f"{series}-{next_numbers(series)[0]:06}"
    made.full_clean(exclude=["authorization"], validate_constraints=False)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if "one_matter_of_a_kind" not in str(error):
            raise
        raise Conflict(_("这一授权已有同类事项在办，请在其中办理。")) from None
    record(
        "sharing.matter.raised",
        actor=actor,
        subject=made,
        department=current.provider,
        data={"authorization": current.number, "kind": kind, "text": made.text},
    )
    _begin(actor, made)
    return made


@transaction.atomic
def move(
    name: str,
    *,
    actor: Actor,
    matter: RightsMatter,
    version: int | None = None,
    inputs: Mapping[str, str] | None = None,
) -> RightsMatter:
    """Makes a move of MATTER, with its effect on the grant. Raises as workflow.perform does."""
    given = {key: str(value).strip() for key, value in (inputs or {}).items()}
    most = {"filing_number": 60}
    long = {
        key: most.get(key, LONGEST) for key in given if len(given[key]) > most.get(key, LONGEST)
    }
    if long:
        raise ValidationError(
            {key: _("不能超过%d个字，请精简。") % size for key, size in long.items()}
        )

    def write(current: RightsMatter) -> None:
        for key in WRITTEN:
            if key in given:
                setattr(current, key, given[key])
        current.save()

    moved = workflow.perform(
        MATTER, name, obj=matter, actor=actor, version=version, inputs=given, change=write
    )
    grant = Authorization.objects.get(pk=moved.authorization_id)
    if name == "accept" and grant.state == AuthorizationState.SUSPENDED:
        _change("resume", grant, moved)
    elif name == "end" and grant.state in IN_FORCE:
        _change("revoke", grant, moved)
    elif name == "file":
        end_filed()
    return moved


def end_filed() -> int:
    """Ends the grants whose end was agreed and filed, when their day has come; idempotent."""
    due = RightsMatter.objects.filter(
        kind=MatterKind.STOP,
        state=MatterState.FILED,
        wanted_on__lte=timezone.localdate(),
        authorization__state__in=IN_FORCE,
    )
    count = 0
    for matter in due.select_related("authorization"):
        try:
            _change("revoke", matter.authorization, matter)
        except Conflict:
            continue  # another run was quicker
        count += 1
    return count


def underway(authorization: Authorization) -> list[RightsMatter]:
    """What is not over, or was permitted."""
    rows = RightsMatter.objects.filter(authorization=authorization)
    return list(rows.filter(state__in=(*UNFINISHED, MatterState.GRANTED, MatterState.FILED)))


def _check(matter: RightsMatter) -> None:
    errors = {}
    if not matter.text:
        errors["text"] = _("请写明事由。")
    if matter.kind == MatterKind.STOP:
        if matter.wanted_on is None:
            errors["wanted_on"] = _("请填写拟停止或者变更的日期。")
        elif matter.wanted_on <= timezone.localdate():
            errors["wanted_on"] = _("应当提前协商，请填写今天以后的日期。")
    if matter.kind == MatterKind.FORWARD and not matter.recipient:
        errors["recipient"] = _("请填写第三方名称。")
    elif matter.kind == MatterKind.FORWARD and _is_here(matter.recipient):
        errors["recipient"] = (
            _(
                "%s在本门户办理数据共享，应由其自行提出共享申请（共享条例第二十条），不由使用单位转供。"
            )
            % matter.recipient
        )
    if errors:
        raise ValidationError(errors)


def _is_here(recipient: str) -> bool:
    """Whether the third party is a body that applies here itself."""
    named = Q(name=recipient) | Q(short_name=recipient)
    return Department.objects.owners().filter(named).exists()


def _begin(actor: Actor, matter: RightsMatter) -> None:
    """The clock of whoever has to act, the notice to them, and the suspension of a misuse."""
    grant = matter.authorization
    from_provider = matter.kind != MatterKind.FORWARD
    owner, other = (
        (grant.consumer, grant.provider) if from_provider else (grant.provider, grant.consumer)
    )
    open_duty(
        rule=RECTIFY if matter.kind == MatterKind.MISUSE else ANSWER,
        subject=matter,
        department=owner,
        for_department=other,
        actor=actor,
    )
    permission = "sign_applications" if from_provider else "answer_applications"
    notices.tell(
        people={
            *notices.people_to_tell(permission, owner),
            *notices.people_to_tell("use_authorizations" if from_provider else permission, owner),
        },
        kind=f"sharing.matter.{matter.kind}",
        title=_("%(what)s：授权%(grant)s") % {"what": matter.get_kind_display(), "grant": grant},
        body=matter.text,
        subject=matter,
        actor=actor,
    )
    if matter.kind == MatterKind.MISUSE and grant.state == AuthorizationState.ACTIVE:
        _change("suspend", grant, matter)


def _change(name: str, grant: Authorization, matter: RightsMatter) -> None:
    """The portal moves the grant; who asked for it is on record with the matter."""
    authorizations.move(
        name,
        actor=system_actor(),
        authorization=grant,
        reason=f"{matter}：{matter.text[:200]}" if name != "resume" else "",
    )
