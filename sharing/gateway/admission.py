"""May this call pass? The checks of a code, in the order in which they are told apart (HK-38)."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from citybrain.crypto import constant_time_equal
from sharing.choices import AuthorizationState, Outcome
from sharing.gateway.grants import Grant, find_grant
from sharing.gateway.objections import Objection
from sharing.gateway.sources import source_of
from sharing.services.codes import digest_of_secret

CODE = re.compile(r"[Bb]earer cba_([0-9a-f]{12})\.([0-9A-Za-z_-]{20,80})")
SERVICE = re.compile(r"s_[0-9A-Za-z_]{1,38}")
LONGEST_HEADER = 200
# Compared with when a key is unknown, so that this takes as long as a wrong secret.
NO_DIGEST = "0" * 64


@dataclass
class Call:
    """What is known of a call so far; `outcome` other than SERVED is a refusal."""

    at: datetime
    outcome: str = Outcome.SERVED
    status: int = 200
    message: str = ""
    grant: Grant | None = None

    @property
    def is_refused(self) -> bool:
        return self.outcome != Outcome.SERVED

    def refuse(self, outcome: str, status: int, message: str) -> "Call":
        self.outcome, self.status, self.message = outcome, status, message
        return self

    def object_to(self, objection: Objection) -> "Call":
        return self.refuse(objection.outcome, objection.status, objection.message)


def admit(call: Call, *, service_code: str, header: str) -> Grant | None:
    """The grant that covers a call to the service with this Authorization header, or None.

    None means that `call` has been refused. Whoever has no valid code learns nothing: an unknown
    key and a wrong secret get the same answer, and so does a service that does not exist.
    """
    match = CODE.fullmatch(header) if len(header) <= LONGEST_HEADER else None
    if match is None:
        _refuse_header(call, header)
        return None
    key, secret = match.groups()
    presented = digest_of_secret(secret)
    asked = service_code if SERVICE.fullmatch(service_code) else ""
    grant = find_grant(key=key, service_code=asked)
    if not constant_time_equal(presented, grant.digest if grant else NO_DIGEST) or grant is None:
        call.refuse(Outcome.UNKNOWN_CODE, 401, _("授权码无效，请核对后重试。"))
        return None
    call.grant = grant
    objection = _objection_to_code(grant) or objection_to_use(grant, call.at)
    if objection is not None:
        call.object_to(objection)
        return None
    return grant


def _refuse_header(call: Call, header: str) -> None:
    if header.strip():
        text = _("授权码格式不正确，请求头 Authorization 应为 Bearer 加一个空格和完整的授权码。")
        call.refuse(Outcome.MALFORMED_CODE, 401, text)
    else:
        text = _("请在请求头 Authorization 中携带授权码：Bearer cba_……。")
        call.refuse(Outcome.NO_CODE, 401, text)


def _objection_to_code(grant: Grant) -> Objection | None:
    if grant.service_id is None:
        return Objection(Outcome.OTHER_SERVICE, 403, _("授权码不适用于所调用的服务。"))
    if grant.code_revoked:
        return Objection(Outcome.REVOKED_CODE, 403, _("授权码已停用，请在门户重新领取。"))
    return None


def objection_to_use(grant: Grant, at: datetime) -> Objection | None:
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
    return source_of(grant).objection(grant)


def _period_message(grant: Grant) -> str:
    period: dict[str, Any] = {"first": _day(grant.starts_on), "last": _day(grant.ends_on)}
    return _("不在授权的使用期限内（%(first)s至%(last)s）。") % period


def _day(day: date) -> str:
    return day.isoformat()
