"""May this call pass? The checks of a code, in the order in which they are told apart (HK-38)."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from citybrain.crypto import constant_time_equal
from sharing.choices import AuthorizationState, Outcome
from sharing.gateway import quota
from sharing.models import Authorization, AuthorizationCode, InterfaceService
from sharing.services.codes import digest_of_secret

CODE = re.compile(r"^Bearer cba_([0-9a-f]{12})\.([0-9A-Za-z_-]{20,80})$")


@dataclass
class Admission:
    """What is known of a call so far; `outcome` other than SERVED is a refusal."""

    outcome: str = Outcome.SERVED
    status: int = 200
    message: str = ""
    code: AuthorizationCode | None = None
    authorization: Authorization | None = None
    service: InterfaceService | None = None

    def refuse(self, outcome: Outcome, status: int, message: str) -> "Admission":
        self.outcome, self.status, self.message = outcome, status, message
        return self


def admit(*, service_code: str, header: str) -> Admission:
    """Decides one call from the service code in its path and its Authorization header.

    Whoever has no valid code learns nothing of the service, not even whether it exists.
    """
    call = Admission()
    match = CODE.match(header)
    if match is None:
        return call.refuse(
            Outcome.NO_CODE,
            401,
            _("请在请求头 Authorization 中携带授权码：Bearer cba_……。"),
        )
    key, secret = match.groups()
    code = AuthorizationCode.objects.select_related("authorization").filter(key=key).first()
    presented = digest_of_secret(secret)
    if code is None or not constant_time_equal(presented, code.digest):
        return call.refuse(Outcome.UNKNOWN_CODE, 401, _("授权码无效，请核对后重试。"))
    call.code, call.authorization = code, code.authorization
    return _check_authorization(call, service_code)


def _check_authorization(call: Admission, service_code: str) -> Admission:
    code, authorization = call.code, call.authorization
    assert code is not None  # noqa: S101 - narrows: admit has found both
    assert authorization is not None  # noqa: S101
    service = (
        InterfaceService.objects.select_related("dataset")
        .filter(entry_id=authorization.entry_id, code=service_code)
        .first()
    )
    if service is None:
        return call.refuse(Outcome.OTHER_SERVICE, 403, _("授权码不适用于所调用的服务。"))
    call.service = service
    if code.revoked_at is not None:
        return call.refuse(Outcome.REVOKED_CODE, 403, _("授权码已停用，请在门户重新领取。"))
    if authorization.state == AuthorizationState.SUSPENDED:
        return call.refuse(Outcome.SUSPENDED, 403, _("授权已暂停，请联系市大数据主管部门。"))
    if authorization.state == AuthorizationState.REVOKED:
        return call.refuse(Outcome.TERMINATED, 403, _("授权已终止。"))
    if authorization.state == AuthorizationState.EXPIRED or not authorization.is_in_period:
        return call.refuse(Outcome.EXPIRED, 403, _("不在授权的使用期限内，请重新申请。"))
    if not service.enabled:
        return call.refuse(Outcome.UNAVAILABLE, 503, _("服务暂停提供，请稍后再试。"))
    if service.dataset is None:
        return call.refuse(Outcome.NO_DATA, 503, _("提供单位尚未提供数据。"))
    if not quota.take(authorization):
        return call.refuse(
            Outcome.OVER_QUOTA,
            429,
            _("已超出当日调用额度%d次，次日恢复。") % authorization.daily_quota,
        )
    return call
