"""Naming and ending deputies (AB角): the one who is away names who acts for them meanwhile."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.audit.services import record
from citybrain.notices.policies import deputyship_policy
from citybrain.notices.services.notice import tell
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Deputyship, User
from citybrain.refusals import Conflict


@transaction.atomic
def name_deputy(
    *, actor: Actor, deputy: User, starts_on: date, ends_on: date, reason: str
) -> Deputyship:
    """The actor names who stands in for them from `starts_on` to `ends_on`, both included.

    The deputy is another active person of the same department, the period lies ahead or includes
    today and overlaps no other deputyship of the actor. Raises ValidationError naming the field,
    PermissionDenied when nobody is signed in.
    """
    if actor.user is None:
        raise PermissionDenied(_("请先登录。"))
    # Two forms sent at once must not both find the period free: the second waits here.
    principal = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.user.pk)
    errors = _wrong(principal, deputy, starts_on, ends_on, reason)
    if errors:
        raise ValidationError(errors)
    deputyship = Deputyship.objects.create(
        principal=principal,
        deputy=deputy,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
    )
    _record("organizations.deputy_named", actor, deputyship)
    tell(
        people=[deputy],
        kind="organizations.deputy_named",
        title=_("%(person)s指定您在%(start)s至%(end)s代理其工作")
        % {"person": principal.name, "start": starts_on, "end": ends_on},
        body=deputyship.reason,
        subject=deputyship,
    )
    return deputyship


def _wrong(
    principal: User, deputy: User, starts_on: date, ends_on: date, reason: str
) -> dict[str, str]:
    errors = {}
    if deputy.pk == principal.pk:
        errors["deputy"] = _("不能指定本人为代理人员，请选择本单位其他人员。")
    elif not deputy.is_active or deputy.department_id != principal.department_id:
        errors["deputy"] = _("代理人员必须是本单位在岗人员，请重新选择。")
    if not reason.strip():
        errors["reason"] = _("请填写离岗事由。")
    elif len(reason.strip()) > 200:
        errors["reason"] = _("离岗事由不能超过200字，请缩短。")
    if ends_on < starts_on:
        errors["ends_on"] = _("结束日期不能早于开始日期。")
    elif ends_on < timezone.localdate():
        errors["ends_on"] = _("结束日期已过，请填写今天或以后的日期。")
    if "ends_on" not in errors:
        other = Deputyship.objects.filter(
            principal=principal,
            cancelled_at=None,
            starts_on__lte=ends_on,
            ends_on__gte=starts_on,
        ).first()
        if other is not None:
            errors["starts_on"] = _(
                "您在%(start)s至%(end)s已指定%(deputy)s代理，两段时间不能重叠。"
                "请修改日期，或先取消原有代理。"
            ) % {"start": other.starts_on, "end": other.ends_on, "deputy": other.deputy}
    return errors


@transaction.atomic
def cancel_deputy(*, actor: Actor, deputyship_id: int) -> Deputyship:
    """Ends a deputyship that the actor named, from now on; the row stays as a record.

    Raises Http404 when it is not theirs to see, PermissionDenied for the deputy, and Conflict when
    it has been cancelled or is over.
    """
    deputyship = deputyship_policy.fetch(actor, pk=deputyship_id)
    if deputyship.principal_id != actor.user_id:
        raise PermissionDenied(_("只有指定代理的本人可以取消代理。"))
    cancelled = Deputyship.objects.filter(
        pk=deputyship.pk, cancelled_at=None, ends_on__gte=timezone.localdate()
    ).update(cancelled_at=timezone.now())
    if not cancelled:
        raise Conflict(_("这项代理已经取消或已经结束，无需再取消。"), state_label=_("已结束"))
    deputyship.refresh_from_db()
    _record("organizations.deputy_cancelled", actor, deputyship)
    tell(
        people=[deputyship.deputy],
        kind="organizations.deputy_cancelled",
        title=_("%(person)s已取消由您代理其工作") % {"person": deputyship.principal.name},
        body="",
        subject=deputyship,
    )
    return deputyship


def _record(verb: str, actor: Actor, deputyship: Deputyship) -> None:
    record(
        verb,
        actor=actor,
        subject=deputyship,
        data={
            "principal": deputyship.principal_id,
            "deputy": deputyship.deputy_id,
            "starts_on": deputyship.starts_on,
            "ends_on": deputyship.ends_on,
            "reason": deputyship.reason,
        },
    )
