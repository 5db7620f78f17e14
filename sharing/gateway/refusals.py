"""Refusing a call: what is recorded of it, and the answer that it gets."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.entrance import problem_response
from sharing.choices import Outcome
from sharing.codes.signing import SCHEME
from sharing.gateway import strangers
from sharing.gateway.admission import Call
from sharing.gateway.objections import Objection, too_many
from sharing.gateway.recording import Origin, record_call

log = structlog.get_logger(__name__)
CHALLENGE = 'Bearer realm="city-brain"'
TRY_AGAIN = 30  # seconds, when the gateway itself is in trouble
A_MINUTE = 60


def refuse(call: Call, origin: Origin, objection: Objection) -> None:
    """Records the refusal of a call with a valid code; nothing is served."""
    call.object_to(objection)
    record_call(call, origin, items=[], rows=0)


def refuse_stranger(call: Call, origin: Origin, record: Callable[..., None] = record_call) -> None:
    """Records a call without a valid code, as far as sharing/gateway/strangers.py has it."""
    treatment = strangers.treat(origin.ip, call.at)
    if treatment is not strangers.Treatment.RECORD:
        call.object_to(too_many())
    if treatment is not strangers.Treatment.REFUSE:
        record(call, origin, items=[], rows=0)


def fail(
    call: Call, origin: Origin, error: DatabaseError, record: Callable[..., None] = record_call
) -> None:
    """A call that the database failed is on record, too, where the database still takes records."""
    log.error("gateway_unavailable", error=type(error).__name__)
    call.from_memory = False  # nothing can be looked up now
    call.refuse(Outcome.FAILED, 503, _("服务暂不可用，请稍后再试。"))
    try:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()  # a restarted server takes new ones
        record(call, origin, items=[], rows=0)
    except DatabaseError as another:
        log.error("gateway_cannot_record", error=type(another).__name__)


def refusal(call: Call) -> HttpResponse:
    """RFC 9457 problem details; `outcome` is the stable word for programs."""
    more = {"server_time": call.at.isoformat()} if call.outcome == Outcome.CLOCK_SKEW else {}
    response = problem_response(
        call.status, call.message, title=_("调用被拒绝"), outcome=str(call.outcome), **more
    )
    if call.status == 401:
        wrong = call.outcome != Outcome.NO_CODE
        challenge = f"{SCHEME}, {CHALLENGE}" if call.outcome == Outcome.UNSIGNED else CHALLENGE
        response["WWW-Authenticate"] = challenge + (', error="invalid_token"' if wrong else "")
    elif call.status == 429:
        response["Retry-After"] = str(_wait(call))
    elif call.status == 503:
        response["Retry-After"] = str(_rest(call))
    return response


def _wait(call: Call) -> int:
    """Seconds until it is worth another try."""
    if call.outcome == Outcome.OVER_QUOTA:
        return seconds_left(call.at)
    return 1 if call.outcome == Outcome.TOO_FAST else A_MINUTE


def _rest(call: Call) -> int:
    """Seconds until the service is worth another try: the end of a pause where one is on."""
    until = call.grant.paused_until if call.grant else None
    if call.outcome != Outcome.MAINTENANCE or until is None:
        return TRY_AGAIN
    return max(1, int((until - call.at).total_seconds()))


def seconds_left(at: datetime) -> int:
    """Until midnight in Asia/Shanghai, when the quota begins anew."""
    now = timezone.localtime(at)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return max(1, int((midnight - now).total_seconds()))
