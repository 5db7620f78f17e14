"""Issuing, replacing, binding, suspending and revoking authorization codes (HK-38).

A code is shown once. Of a plain one a keyed SM3 hash is stored; where items of grade 3 or above are
granted, the code signs its calls instead of being sent (sharing/codes/signing.py).
"""

import secrets
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.audit.services import record
from citybrain.crypto import hmac_sm3_hex, new_secret
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from security.choices import MASKED_FROM, at_least
from sharing.choices import AuthorizationState, Method
from sharing.codes.bounds import Bounds
from sharing.codes.choices import LONGEST_OVERLAP, Environment
from sharing.codes.signing import signing_key
from sharing.models import Authorization, AuthorizationCode
from sharing.policies import authorization_policy
from sharing.rights.undertakings import require_accepted

PREFIX = "cba_"
UNKNOWN = -1  # no code has this id


def digest_of_secret(secret: str) -> str:
    """The keyed hash under which a secret is stored; CODE_PEPPER is the key."""
    return hmac_sm3_hex(settings.CODE_PEPPER.encode(), secret.encode())


def must_sign(authorization: Authorization) -> bool:
    """Whether calls must be signed: an item of grade 3 or above was granted.

    Terms from before grades stood in them have masked items instead, which are of such grades.
    """
    grade = authorization.terms.get("grade")
    if grade is None:
        return any(item["masked"] for item in authorization.terms["items"])
    return at_least(grade, MASKED_FROM)


@transaction.atomic
def issue(
    *,
    actor: Actor,
    authorization: Authorization,
    seen: int | None = None,
    environment: str = Environment.LIVE,
    bounds: Bounds | None = None,
    overlap_until: datetime | None = None,
) -> str:
    """Issues a code of the environment to the consumer and returns it, for the only time.

    The one in use before goes on until `overlap_until`, at most LONGEST_OVERLAP from now, and stops
    at once without; one that was itself replaced before stops. `seen` is the id of the code in use
    as the person saw it, 0 for none; None means whichever there is. Raises PermissionDenied,
    Conflict when the authorization is not in force or the code in use is another by now,
    ValidationError when it is not for an interface, or by field for bounds and overlap.
    """
    current = _locked(actor, authorization)
    authorization_policy.require(actor, "use", current)
    require_accepted(current)
    if current.method != Method.INTERFACE:
        raise ValidationError(_("只有以服务接口方式共享的授权才领取授权码。"))
    if current.state != AuthorizationState.ACTIVE:
        raise Conflict(
            _("授权不在有效状态，不能领取授权码。"), state_label=current.get_state_display()
        )
    if current.ends_on < timezone.localdate():
        raise Conflict(_("授权的使用期限已过，请重新申请。"), state_label=_("已到期"))
    _require_seen(current, environment, seen)
    bounds = (bounds or Bounds()).checked(latest=current.ends_on)
    _replace(actor, current, environment, overlap_until)
    signs = must_sign(current)
    secret = new_secret()
    code = AuthorizationCode(
        authorization=current,
        key=secrets.token_hex(6),
        digest=digest_of_secret(secret),
        environment=environment,
        signs=signs,
        issued_by=actor.user,
    )
    _bind(code, bounds)
    code.save()
    _record("sharing.code.issued", actor, current, code, environment=environment, **_told(code))
    return f"{PREFIX}{code.key}.{signing_key(code.digest) if signs else secret}"


def _locked(actor: Actor, authorization: Authorization) -> Authorization:
    rows = Authorization.objects.select_for_update(of=("self",))
    return authorization_policy.fetch(actor, rows, pk=authorization.pk)


def _replace(
    actor: Actor, authorization: Authorization, environment: str, until: datetime | None
) -> None:
    """The code in use goes on until then, or stops; one replaced before stops."""
    now = timezone.now()
    if until is not None and not now < until <= now + LONGEST_OVERLAP:
        raise ValidationError(
            {
                "overlap_until": _("原授权码继续可用的时间应在现在之后，最长%d天。")
                % LONGEST_OVERLAP.days
            }
        )
    for code in codes_in_use(authorization).filter(environment=environment):
        if until is None or code.replaced_at is not None:
            _revoke(actor, authorization, code, _("重新领取"))
            continue
        code.replaced_at, code.ends_at = now, until
        code.save(update_fields=["replaced_at", "ends_at"])
        _record("sharing.code.replaced", actor, authorization, code, until=until.isoformat())


def _bind(code: AuthorizationCode, bounds: Bounds) -> None:
    code.networks = list(bounds.networks)
    code.from_hour, code.until_hour = bounds.from_hour, bounds.until_hour
    code.per_second, code.valid_until = bounds.per_second, bounds.valid_until
    code.states_purpose = bounds.states_purpose


def _told(code: AuthorizationCode) -> dict[str, object]:
    """What the trail says of the bounds."""
    return {
        "networks": code.networks,
        "hours": [code.from_hour, code.until_hour],
        "per_second": code.per_second,
        "valid_until": code.valid_until.isoformat() if code.valid_until else None,
        "states_purpose": code.states_purpose,
    }


def codes_in_use(authorization: Authorization) -> QuerySet[AuthorizationCode]:
    """Codes that nobody has revoked, replaced ones included while they go on; the newest first."""
    codes = authorization.codes.select_related("issued_by").filter(revoked_at__isnull=True)
    return codes.exclude(ends_at__lte=timezone.now()).order_by("environment", "-id")


def codes_of_the_past(authorization: Authorization) -> QuerySet[AuthorizationCode]:
    """Codes that open nothing any more, the newest first."""
    over = Q(revoked_at__isnull=False) | Q(ends_at__lte=timezone.now())
    return authorization.codes.filter(over).order_by("-id")


def live_code(
    authorization: Authorization, environment: str = Environment.LIVE
) -> AuthorizationCode | None:
    """The code of the environment that is in use and not replaced, if there is one."""
    codes = authorization.codes.select_related("issued_by").filter(environment=environment)
    return codes.filter(revoked_at__isnull=True, replaced_at__isnull=True).first()


def code_named(authorization: Authorization, key: str) -> AuthorizationCode:
    """The code with this key, the live one for ""; Conflict when there is none."""
    key = key.removeprefix(PREFIX)
    code = authorization.codes.filter(key=key).first() if key else live_code(authorization)
    if code is None:
        raise Conflict(_("没有正在使用的授权码。"), state_label=authorization.get_state_display())
    return code


def number_of(authorization: Authorization, key: str) -> int:
    """What `seen` is for somebody who saw the code with this key in use, "" for none."""
    if not key:
        return 0
    key = key.removeprefix(PREFIX)
    return authorization.codes.filter(key=key).values_list("pk", flat=True).first() or UNKNOWN


def _require_seen(authorization: Authorization, environment: str, seen: int | None) -> None:
    """Somebody who saw another code in use, or none, must look again first.

    So a form sent twice, or a page loaded anew, does not stop the code that was just fetched.
    """
    live = live_code(authorization, environment)
    if seen is not None and seen != (live.pk if live else 0):
        raise Conflict(
            _("授权码刚刚已被领取或停用，请刷新后查看；每个授权码只显示一次。"),
            state_label=_("正在使用 %s") % live if live else _("没有正在使用的授权码"),
        )


def revoke_live(*, actor: Actor, authorization: Authorization, reason: str) -> None:
    """Revokes every code in use. The caller has decided that the actor may."""
    for code in authorization.codes.filter(revoked_at__isnull=True):
        _revoke(actor, authorization, code, reason)


def _revoke(actor: Actor, authorization: Authorization, code: AuthorizationCode, why: str) -> None:
    code.revoked_at = timezone.now()
    code.revoke_reason = str(why)[:200]
    code.save(update_fields=["revoked_at", "revoke_reason"])
    _record("sharing.code.revoked", actor, authorization, code, reason=str(why))


@transaction.atomic
def revoke(*, actor: Actor, code: AuthorizationCode, reason: str) -> None:
    """The consumer or the bureau stops a code for good, for example because it leaked.

    Raises PermissionDenied, ValidationError without a reason, Conflict when it is stopped already.
    """
    authorization, current = _handled(actor, code)
    if not reason.strip():
        raise ValidationError({"reason": _("请说明停用授权码的原因。")})
    _revoke(actor, authorization, current, reason.strip())


@transaction.atomic
def suspend(*, actor: Actor, code: AuthorizationCode, reason: str) -> None:
    """The consumer or the bureau lets a code rest; it can be resumed. Raises as `revoke`."""
    authorization, current = _handled(actor, code)
    if not reason.strip():
        raise ValidationError({"reason": _("请说明暂停授权码的原因。")})
    if current.suspended_at is not None:
        raise Conflict(_("该授权码已经暂停。"), state_label=_("已暂停"))
    current.suspended_at, current.suspend_reason = timezone.now(), reason.strip()[:200]
    current.held_by_bureau = authorization_policy.allows(actor, "coordinate", authorization)
    current.save(update_fields=["suspended_at", "suspend_reason", "held_by_bureau"])
    _record("sharing.code.suspended", actor, authorization, current, reason=reason.strip())


def may_resume(actor: Actor, authorization: Authorization, code: AuthorizationCode) -> bool:
    """Whether whoever handles the code may end its suspension: not where the bureau holds it."""
    return not code.held_by_bureau or authorization_policy.allows(
        actor, "coordinate", authorization
    )


@transaction.atomic
def resume(*, actor: Actor, code: AuthorizationCode) -> None:
    """Ends a suspension; what the bureau has suspended, the bureau resumes.

    Raises PermissionDenied, Conflict when it is not suspended or is held by the bureau.
    """
    authorization, current = _handled(actor, code)
    if current.suspended_at is None:
        raise Conflict(_("该授权码没有暂停。"), state_label=_("正在使用"))
    if not may_resume(actor, authorization, current):
        raise Conflict(
            _("该授权码由市大数据主管部门暂停，请说明情况后由其恢复。"), state_label=_("已暂停")
        )
    current.suspended_at, current.suspend_reason, current.held_by_bureau = None, "", False
    current.save(update_fields=["suspended_at", "suspend_reason", "held_by_bureau"])
    _record("sharing.code.resumed", actor, authorization, current)


@transaction.atomic
def bind(*, actor: Actor, code: AuthorizationCode, bounds: Bounds) -> None:
    """The consumer changes what a code is bound to; it goes on without being shown again.

    Raises PermissionDenied, ValidationError by field, Conflict when the code is stopped.
    """
    authorization, current = _handled(actor, code)
    authorization_policy.require(actor, "use", authorization)
    _bind(current, bounds.checked(latest=authorization.ends_on))
    current.save()
    _record("sharing.code.bound", actor, authorization, current, **_told(current))


def _handled(actor: Actor, code: AuthorizationCode) -> tuple[Authorization, AuthorizationCode]:
    """The authorization, locked, and its code as it stands, for whoever may handle it."""
    authorization = _locked(actor, code.authorization)
    if not authorization_policy.allows(actor, "coordinate", authorization):
        authorization_policy.require(actor, "use", authorization)
    current = authorization.codes.get(pk=code.pk)
    if current.revoked_at is not None:
        raise Conflict(_("该授权码已经停用。"), state_label=_("已停用"))
    return authorization, current


def _record(
    verb: str, actor: Actor, authorization: Authorization, code: AuthorizationCode, **data: object
) -> None:
    record(
        verb,
        actor=actor,
        subject=code,
        department=authorization.consumer,
        data={"authorization": authorization.number, "key": code.key, **data},
    )
