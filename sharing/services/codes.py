"""Issuing and revoking authorization codes (HK-38): shown once, stored as a keyed SM3 hash."""

import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.audit.services import record
from citybrain.crypto import hmac_sm3_hex, new_secret
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from sharing.choices import AuthorizationState, Method
from sharing.models import Authorization, AuthorizationCode
from sharing.policies import authorization_policy

PREFIX = "cba_"
UNKNOWN = -1  # no code has this id


def digest_of_secret(secret: str) -> str:
    """The keyed hash under which a secret is stored; CODE_PEPPER is the key."""
    return hmac_sm3_hex(settings.CODE_PEPPER.encode(), secret.encode())


@transaction.atomic
def issue(*, actor: Actor, authorization: Authorization, seen: int | None = None) -> str:
    """Issues the authorization's code to its consumer and returns it, for the only time.

    A code issued before stops working: the old one is revoked in the same transaction. `seen` is
    the id of the code in use as the person saw it, 0 for none; None means whichever there is.
    Raises PermissionDenied, Conflict when the authorization is not in force or the code in use is
    another by now, ValidationError when it is not for an interface.
    """
    current = authorization_policy.fetch(
        actor, Authorization.objects.select_for_update(of=("self",)), pk=authorization.pk
    )
    authorization_policy.require(actor, "use", current)
    if current.method != Method.INTERFACE:
        raise ValidationError(_("只有以服务接口方式共享的授权才领取授权码。"))
    if current.state != AuthorizationState.ACTIVE:
        raise Conflict(
            _("授权不在有效状态，不能领取授权码。"), state_label=current.get_state_display()
        )
    if current.ends_on < timezone.localdate():
        raise Conflict(_("授权的使用期限已过，请重新申请。"), state_label=_("已到期"))
    _require_seen(current, seen)
    revoke_live(actor=actor, authorization=current, reason=_("重新领取"))
    key = secrets.token_hex(6)
    secret = new_secret()
    code = AuthorizationCode.objects.create(
        authorization=current, key=key, digest=digest_of_secret(secret), issued_by=actor.user
    )
    record(
        "sharing.code.issued",
        actor=actor,
        subject=code,
        department=current.consumer,
        data={"authorization": current.number, "key": key},
    )
    return f"{PREFIX}{key}.{secret}"


def live_code(authorization: Authorization) -> AuthorizationCode | None:
    """The code in use, if there is one."""
    codes = authorization.codes.select_related("issued_by")
    return codes.filter(revoked_at__isnull=True).first()


def number_of(authorization: Authorization, key: str) -> int:
    """What `seen` is for somebody who saw the code with this key in use, "" for none."""
    if not key:
        return 0
    key = key.removeprefix(PREFIX)
    return authorization.codes.filter(key=key).values_list("pk", flat=True).first() or UNKNOWN


def _require_seen(authorization: Authorization, seen: int | None) -> None:
    """Somebody who saw another code in use, or none, must look again first.

    So a form sent twice, or a page loaded anew, does not stop the code that was just fetched.
    """
    live = live_code(authorization)
    if seen is not None and seen != (live.pk if live else 0):
        raise Conflict(
            _("授权码刚刚已被领取或停用，请刷新后查看；每个授权码只显示一次。"),
            state_label=_("正在使用 %s") % live if live else _("没有正在使用的授权码"),
        )


def revoke_live(*, actor: Actor, authorization: Authorization, reason: str) -> None:
    """Revokes the code in use, if there is one. The caller has decided that the actor may."""
    for code in authorization.codes.filter(revoked_at__isnull=True):
        code.revoked_at = timezone.now()
        code.revoke_reason = str(reason)[:200]
        code.save(update_fields=["revoked_at", "revoke_reason"])
        record(
            "sharing.code.revoked",
            actor=actor,
            subject=code,
            department=authorization.consumer,
            data={"authorization": authorization.number, "key": code.key, "reason": str(reason)},
        )


@transaction.atomic
def revoke(
    *, actor: Actor, authorization: Authorization, reason: str, seen: int | None = None
) -> None:
    """The consumer or the bureau stops a code, for example because it leaked.

    `seen` as in `issue`. Raises PermissionDenied, ValidationError without a reason, Conflict when
    no code is in use or another one is by now.
    """
    current = authorization_policy.fetch(
        actor, Authorization.objects.select_for_update(of=("self",)), pk=authorization.pk
    )
    if not authorization_policy.allows(actor, "coordinate", current):
        authorization_policy.require(actor, "use", current)
    if not reason.strip():
        raise ValidationError({"reason": _("请说明停用授权码的原因。")})
    if live_code(current) is None:
        raise Conflict(_("没有正在使用的授权码。"), state_label=current.get_state_display())
    _require_seen(current, seen)
    revoke_live(actor=actor, authorization=current, reason=reason.strip())
