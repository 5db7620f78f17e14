"""GET /gateway/v1/services/<service code>/records: the address that machine clients call."""

import json
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.entrance import problem_response
from sharing.choices import Outcome
from sharing.gateway import quota, strangers
from sharing.gateway import records as hosted
from sharing.gateway.admission import Call, admit
from sharing.gateway.grants import Grant
from sharing.gateway.objections import Objection, over_quota, too_many
from sharing.gateway.recording import Origin, record_call
from sharing.gateway.sources import Unreadable, source_of

log = structlog.get_logger(__name__)
LONGEST_QUERY = 8000  # characters of a query string
CHALLENGE = 'Bearer realm="city-brain"'
TRY_AGAIN = 30  # seconds, when the gateway itself is in trouble
A_MINUTE = 60
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def records(request: HttpRequest, service_code: str) -> HttpResponse:
    """One page of the records that the caller's code covers; refused calls are recorded as well.

    Parameters: page_size (1-500, default 50), after (key of the page before), items (names joined
    by commas), and any unmasked authorized item's name with the exact value to filter by. What
    cannot be recorded is not served. Calls without a valid code: sharing/gateway/strangers.py.
    """
    if request.method != "GET":
        refused = problem_response(405, _("只支持GET方法。"))
        refused["Allow"] = "GET"
        return refused
    origin = Origin(ip=request.META["REMOTE_ADDR"], request_id=getattr(request, "request_id", ""))
    call = Call(at=timezone.now())
    try:
        body = _answer(call, origin, request, service_code)
    except DatabaseError as error:
        log.error("gateway_unavailable", error=type(error).__name__)
        call.refuse(Outcome.FAILED, 503, _("服务暂不可用，请稍后再试。"))
        _record_failure(call, origin)
        body = {}
    _put_in_the_log(call, service_code, body)
    if call.is_refused:
        return _refusal(call)
    return HttpResponse(encode(body), content_type="application/json; charset=utf-8")


def _answer(call: Call, origin: Origin, request: HttpRequest, service_code: str) -> dict[str, Any]:
    """What is served, its record written; empty when `call` has been refused."""
    grant = admit(call, service_code=service_code, header=request.headers.get("Authorization", ""))
    if call.grant is None:
        _refuse_stranger(call, origin)
        return {}
    wanted = _wanted(call, grant, request) if grant is not None else None
    if grant is None or wanted is None:
        record_call(call, origin, items=[], rows=0)
        return {}
    with quota.one_call(grant, call.at) as is_left:
        if not is_left:
            return _refused(call, origin, over_quota(grant.daily_quota))
        try:
            page = source_of(grant).read_page(grant, wanted)
        except Unreadable as error:
            return _refused(call, origin, Objection(Outcome.UNAVAILABLE, 503, str(error)))
        record_call(call, origin, items=wanted.names, rows=len(page.records))
    return {
        "service": service_code,
        "authorization": grant.number,
        "batch": grant.batch,
        "items": wanted.names,
        "masked": wanted.masked,
        **({"barred": grant.barred} if grant.barred else {}),
        "records": page.records,
        "next": page.next_after,
    }


def _refused(call: Call, origin: Origin, objection: Objection) -> dict[str, Any]:
    """Records the refusal of a call with a valid code; nothing is served."""
    call.object_to(objection)
    record_call(call, origin, items=[], rows=0)
    return {}


def _refuse_stranger(call: Call, origin: Origin) -> None:
    """Records a call without a valid code, as far as sharing/gateway/strangers.py has it."""
    treatment = strangers.treat(origin.ip, call.at)
    if treatment is not strangers.Treatment.RECORD:
        call.object_to(too_many())
    if treatment is not strangers.Treatment.REFUSE:
        record_call(call, origin, items=[], rows=0)


def _record_failure(call: Call, origin: Origin) -> None:
    """A call that the database failed is on record, too, where the database still takes records."""
    try:
        record_call(call, origin, items=[], rows=0)
    except DatabaseError as error:
        log.error("gateway_cannot_record", error=type(error).__name__)


def _wanted(call: Call, grant: Grant, request: HttpRequest) -> hosted.Wanted | None:
    """What the query string asks for; None when it is wrong and `call` has been refused."""
    try:
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            raise hosted.BadRequest(_("请求参数过长，请减少查询条件。"))
        return hosted.parse(dict(request.GET.lists()), grant.items, grant.barred)
    except hosted.BadRequest as error:
        call.refuse(Outcome.BAD_REQUEST, 400, str(error))
        return None


def _put_in_the_log(call: Call, service_code: str, body: dict[str, Any]) -> None:
    """Adds to the one line that the entrance writes about this call."""
    structlog.contextvars.bind_contextvars(
        outcome=str(call.outcome),
        service=service_code[:40],
        authorization_number=call.grant.number if call.grant else "",
        department=call.grant.consumer_id if call.grant else None,
        rows=len(body.get("records", ())),
    )


def _refusal(call: Call) -> HttpResponse:
    """RFC 9457 problem details; `outcome` is the stable word for programs."""
    response = problem_response(
        call.status, call.message, title=_("调用被拒绝"), outcome=str(call.outcome)
    )
    if call.status == 401:
        wrong = call.outcome != Outcome.NO_CODE
        response["WWW-Authenticate"] = CHALLENGE + (', error="invalid_token"' if wrong else "")
    elif call.status == 429:
        over = call.outcome == Outcome.OVER_QUOTA
        response["Retry-After"] = str(_seconds_left(call.at) if over else A_MINUTE)
    elif call.status == 503:
        response["Retry-After"] = str(TRY_AGAIN)
    return response


def _seconds_left(at: datetime) -> int:
    """Until midnight in Asia/Shanghai, when the quota begins anew."""
    now = timezone.localtime(at)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return max(1, int((midnight - now).total_seconds()))
