"""May this call pass? The checks of a code, in the order in which they are told apart (HK-38)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.crypto import constant_time_equal
from sharing.choices import ANSWERED, AuthorizationState, Outcome, ServiceKind, UseBasis
from sharing.codes import signing
from sharing.codes.bounds import is_open, lies_within
from sharing.codes.signing import Signed, Target
from sharing.gateway import remembered, statements
from sharing.gateway.grants import CodeTerms, Grant, find_grant
from sharing.gateway.objections import Objection, Taken, no_data
from sharing.gateway.remembered import Asked, Outdated
from sharing.gateway.sources import source_of
from sharing.services.codes import digest_of_secret

CODE = re.compile(r"[Bb]earer cba_([0-9a-f]{12})\.([0-9A-Za-z_-]{20,80})")
SERVICE = re.compile(r"s_[0-9A-Za-z_]{1,38}")
LONGEST_HEADER = 300
PURPOSE = "X-CBA-Purpose"
# Compared with when a key is unknown, so that this takes as long as a wrong secret.
NO_DIGEST = "0" * 64
Answer = TypeVar("Answer")


@dataclass
class Call:
    """What is known of a call so far; an `outcome` other than ANSWERED is a refusal.

    `purpose` is what the caller says that the data is for (X-CBA-Purpose), empty when it does not.
    `from_memory` says that its grant is remembered and still to be proven, `taken` what came of taking
    its rate, nonce and quota.
    """

    at: datetime
    ip: str = ""
    purpose: str = ""
    outcome: str = Outcome.SERVED
    status: int = 200
    message: str = ""
    grant: Grant | None = None
    nonce: str = ""
    rows: int = 0
    asked: Asked = ("", "")
    from_memory: bool = False
    taken: Taken | None = None

    @property
    def is_refused(self) -> bool:
        return self.outcome not in ANSWERED

    def refuse(self, outcome: str, status: int, message: str) -> "Call":
        """Raises Outdated when the grant is only remembered: first it is looked up."""
        if self.from_memory:
            raise Outdated
        self.outcome, self.status, self.message = outcome, status, message
        return self

    def object_to(self, objection: Objection) -> "Call":
        return self.refuse(objection.outcome, objection.status, objection.message)


@dataclass(frozen=True)
class Sent:
    """A code as it was sent whole, without a signature."""

    key: str
    secret: str


def proven(call: Call, attempt: Callable[[], Answer]) -> Answer:
    """What `attempt` makes of the call; a second time when a remembered grant would not do.

    The grant under which a call was served is remembered for the next.
    """
    try:
        answer = attempt()
    except Outdated:
        remembered.forget(call.asked)
        call.grant, call.from_memory = None, False
        call.outcome, call.status = Outcome.SERVED, 200
        answer = attempt()
    if call.grant is not None and not call.is_refused:
        remembered.keep(call.asked, call.grant)
    return answer


def admit(
    call: Call, *, service_code: str, header: str, target: Target, served_here: bool = True
) -> Grant | None:
    """The grant that covers a call to the service with this Authorization header, or None.

    `served_here` is False when another gateway has the rows and asks only whether to serve them.

    None means that `call` has been refused. Raises Outdated, as all that follows does, when a
    remembered grant will not do: see `proven`. Whoever has no valid code learns nothing: an unknown
    key, a wrong secret and a wrong signature get the same answer, and so does a service that does
    not exist.
    """
    presented = _read(header)
    if presented is None:
        _refuse_header(call, header)
        return None
    grant = _grant_for(call, presented.key, service_code)
    if not _is_proven(presented, grant, target) or grant is None:
        text = _("授权码无效，请核对后重试。")
        if isinstance(presented, Signed):
            text = _("授权码无效或签名不正确，请核对授权码和待签名串后重试。")
        call.refuse(Outcome.UNKNOWN_CODE, 401, text)
        return None
    call.grant = grant
    assert grant.code is not None  # noqa: S101 - narrows: it was found by its code
    objection = (
        _objection_to_proof(presented, grant.code, call.at)
        or _objection_to_code(grant, grant.code, call)
        or objection_to_use(grant, call.at, served_here=served_here)
    )
    if objection is not None:
        call.object_to(objection)
        return None
    call.nonce = presented.nonce if isinstance(presented, Signed) else ""
    return grant


def _grant_for(call: Call, key: str, service_code: str) -> Grant | None:
    """The grant behind the key: remembered when the call is new and there is one, else found."""
    asked = service_code if SERVICE.fullmatch(service_code) else ""
    is_new, call.asked = call.asked == ("", ""), (key, asked)
    grant = remembered.recall(call.asked) if is_new and statements.is_silent() else None
    call.from_memory = grant is not None
    return grant or find_grant(key=key, service_code=asked)


def _read(header: str) -> Signed | Sent | None:
    if len(header) > LONGEST_HEADER:
        return None
    match = CODE.fullmatch(header)
    return Sent(*match.groups()) if match else signing.read(header)


def _is_proven(presented: Signed | Sent, grant: Grant | None, target: Target) -> bool:
    """Whether the caller has the secret of the code; takes as long for a key that is unknown."""
    code = grant.code if grant else None
    if isinstance(presented, Signed):
        secret = signing.signing_key(code.digest if code and code.signs else NO_DIGEST)
        expected = signing.signature_of(secret, target, presented.time, presented.nonce)
        return constant_time_equal(presented.signature, expected) and bool(code and code.signs)
    digest = digest_of_secret(presented.secret)
    if code and code.signs:
        return constant_time_equal(presented.secret, signing.signing_key(code.digest))
    return constant_time_equal(digest, code.digest if code else NO_DIGEST)


def _refuse_header(call: Call, header: str) -> None:
    if header.strip():
        text = _("授权码格式不正确，请求头 Authorization 应为 Bearer 加一个空格和完整的授权码。")
        if header.startswith(signing.SCHEME):
            text = _("签名格式不正确，请求头 Authorization 应为") + (
                f" {signing.SCHEME} key=…, time=…, nonce=…, signature=…"
            )
        call.refuse(Outcome.MALFORMED_CODE, 401, text)
    else:
        text = _("请在请求头 Authorization 中携带授权码：Bearer cba_……。")
        call.refuse(Outcome.NO_CODE, 401, text)


def _objection_to_proof(
    presented: Signed | Sent, code: CodeTerms, at: datetime
) -> Objection | None:
    """The caller has the secret, but has used it in a way that proves too little."""
    if isinstance(presented, Sent):
        if not code.signs:
            return None
        text = _("该授权含三级以上数据，调用须以HMAC-SM3签名，不能直接发送授权码；请更换授权码。")
        return Objection(Outcome.UNSIGNED, 401, text)
    offset = presented.offset(at)
    if abs(offset) <= signing.SKEW:
        return None
    text = _(
        "签名时间与服务器时间相差%(seconds)d秒，超过%(most)d秒；服务器时间为%(now)s（%(unix)d）。"
    )
    now: dict[str, Any] = {
        "seconds": abs(offset),
        "most": signing.SKEW,
        "now": timezone.localtime(at).isoformat(timespec="seconds"),
        "unix": int(at.timestamp()),
    }
    return Objection(Outcome.CLOCK_SKEW, 401, text % now)


def _objection_to_code(grant: Grant, code: CodeTerms, call: Call) -> Objection | None:
    now = timezone.localtime(call.at)
    if grant.service_id is None:
        return Objection(Outcome.OTHER_SERVICE, 403, _("授权码不适用于所调用的服务。"))
    if code.is_revoked:
        return Objection(Outcome.REVOKED_CODE, 403, _("授权码已停用，请在门户重新领取。"))
    if code.ends_at is not None and call.at >= code.ends_at:
        return Objection(
            Outcome.EXPIRED_CODE, 403, _("授权码已更换，过渡期已结束，请使用新领取的授权码。")
        )
    if code.valid_until is not None and now.date() > code.valid_until:
        text = _("授权码已于%s到期，请在门户重新领取。") % code.valid_until.isoformat()
        return Objection(Outcome.EXPIRED_CODE, 403, text)
    if code.is_suspended:
        return Objection(Outcome.SUSPENDED_CODE, 403, _("授权码已暂停使用，请在门户恢复后调用。"))
    if code.networks and not lies_within(call.ip, code.networks):
        text = _("授权码限定了来源网段，不能从%s使用。") % call.ip
        return Objection(Outcome.OTHER_NETWORK, 403, text)
    if not is_open(now.hour, code.from_hour, code.until_hour):
        hours = {"first": code.from_hour, "last": code.until_hour}
        text = _("授权码限每日%(first)d点至%(last)d点使用，现在不在使用时段。") % hours
        return Objection(Outcome.OUTSIDE_HOURS, 403, text)
    if (code.states_purpose or call.purpose) and call.purpose != grant.purpose:
        # What was granted is told: who has the code may read it on the authorization's page.
        text = _("请求头%(header)s应申明授权的用途：%(code)s（%(label)s）。") % {
            "header": PURPOSE,
            "code": grant.purpose,
            "label": UseBasis(grant.purpose).label,
        }
        return Objection(Outcome.OTHER_PURPOSE, 403, text)
    return None


def objection_to_use(grant: Grant, at: datetime, *, served_here: bool = True) -> Objection | None:
    """What stands against using the grant at that moment, whichever way it is used."""
    if grant.state == AuthorizationState.SUSPENDED:
        return Objection(Outcome.SUSPENDED, 403, _("授权已暂停，请联系市大数据主管部门。"))
    if grant.state == AuthorizationState.REVOKED:
        return Objection(Outcome.TERMINATED, 403, _("授权已终止。"))
    if grant.state == AuthorizationState.EXPIRED or not grant.covers(at):
        return Objection(Outcome.EXPIRED, 403, _period_message(grant))
    if grant.barred and not grant.items:
        text = _("授权的信息项已全部列入负面清单，停止提供，请联系提供单位。")
        return Objection(Outcome.BARRED, 403, text)
    if not grant.service_enabled:
        return Objection(Outcome.UNAVAILABLE, 503, _("服务暂停提供，请稍后再试。"))
    if grant.last_day is not None and timezone.localdate(at) > grant.last_day:
        text = _("服务已按预告于%s之后停止提供。") % _day(grant.last_day)
        return Objection(Outcome.UNAVAILABLE, 503, text)
    if grant.paused_until is not None:
        until = timezone.localtime(grant.paused_until).strftime("%Y-%m-%d %H:%M")
        return Objection(Outcome.MAINTENANCE, 503, _("服务正在维护，预计%s恢复。") % until)
    return source_of(grant).objection(grant) if served_here else None


def objection_to_file(grant: Grant, at: datetime) -> Objection | None:
    """The same for all rows at once: only those that are held here can be packed."""
    objection = objection_to_use(grant, at)
    if objection is None and (grant.kind != ServiceKind.HOSTED or grant.dataset_id is None):
        return no_data()
    return objection


def _period_message(grant: Grant) -> str:
    period: dict[str, Any] = {"first": _day(grant.starts_on), "last": _day(grant.ends_on)}
    return _("不在授权的使用期限内（%(first)s至%(last)s）。") % period


def _day(day: date) -> str:
    return day.isoformat()
