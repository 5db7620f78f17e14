"""/gateway/v1/authorize: answers an existing gateway whether a call may pass, and with which items.

The checks, the quota and the record are those of the portal's own gateway; the rows come from
wherever that gateway has them. It sends what its caller sent: the Authorization header as it is,
and the call that it is for.

GET speaks nginx's auth_request: 200, or 401 or 403 with the true status in X-CBA-Status and the
problem in X-CBA-Problem. POST answers with the true status and a body, as APISIX, Kong and programs
want it. deploy/nginx/ has a configuration that works.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.api.parsing import UNREADABLE
from citybrain.entrance import problem_response
from sharing.codes.networks import watch
from sharing.codes.signing import NO_BODY, Target
from sharing.gateway import pace
from sharing.gateway.admission import PURPOSE, Call, admit, proven
from sharing.gateway.answers import encode
from sharing.gateway.grants import Grant
from sharing.gateway.recording import Origin, record_call
from sharing.gateway.refusals import fail, refusal, refuse, refuse_stranger
from sharing.gateway.views import as_sent, put_in_the_log, serve

LARGEST_BODY = 65_536
DIGEST = re.compile(r"[0-9a-f]{64}")
PROBLEM = "X-CBA-Problem"


class NotUnderstood(ValueError):
    """The asking gateway did not say what it asks about; the text says what is missing."""


@dataclass(frozen=True)
class Asked:
    """A call of somebody to another gateway."""

    service: str
    header: str
    target: Target
    purpose: str


def authorize(request: HttpRequest) -> HttpResponse:
    """Whether the call that is described may pass; counted and recorded as a call."""
    if request.method not in ("GET", "POST"):
        refused = problem_response(405, _("只支持GET和POST方法。"))
        refused["Allow"] = "GET, POST"
        return refused
    try:
        asked = _asked(request)
    except NotUnderstood as error:
        return problem_response(400, str(error))
    origin = Origin(ip=request.META["REMOTE_ADDR"], request_id=getattr(request, "request_id", ""))
    call = Call(timezone.now(), origin.ip, asked.purpose)
    grant = None
    try:
        grant = proven(call, lambda: _passes(call, origin, asked))
    except DatabaseError as error:
        fail(call, origin, error)
    if grant is not None:
        return _allowed(grant, asked)
    put_in_the_log(call, asked.service)
    response = refusal(call)
    return _for_nginx(response) if request.method == "GET" else response


def _passes(call: Call, origin: Origin, asked: Asked) -> Grant | None:
    """The grant under which the call passes, its record written; None when it is refused."""
    grant = admit(
        call,
        service_code=asked.service,
        header=asked.header,
        target=asked.target,
        served_here=False,
    )
    if call.grant is None or call.grant.code is None:
        refuse_stranger(call, origin)
        return None
    watch(call.grant.code.id, origin.ip, call.at)
    if grant is None:
        record_call(call, origin, items=[], rows=0)
        return None
    with pace.one_call(call, grant) as objection:
        if objection is not None:
            refuse(call, origin, objection)
            return None
        names = [item["name"] for item in grant.items]
        return grant if serve(call, origin, items=names, rows=0) else None


def _asked(request: HttpRequest) -> Asked:
    """Reads the JSON of a POST, or the headers that gateways send. Raises NotUnderstood."""
    given: dict[str, str] = {}
    if request.method == "POST" and request.content_type == "application/json":
        given = _json(request)
    headers = request.headers
    sent = headers.get("X-Original-URI") or headers.get("X-Forwarded-Uri") or ""
    uri = given.get("uri") or as_sent(sent)  # JSON has characters already, headers have bytes
    service = given.get("service") or headers.get("X-CBA-Service") or request.GET.get("service")
    if not uri or not service:
        raise NotUnderstood(
            _(
                "请说明所调用的服务和地址：X-CBA-Service和X-Original-URI请求头，或者JSON的service和uri。"
            )
        )
    method = headers.get("X-Original-Method") or headers.get("X-Forwarded-Method")
    path, _mark, query = uri.partition("?")
    body_digest = given.get("body_sm3") or headers.get("X-Content-SM3") or NO_BODY
    if not DIGEST.fullmatch(body_digest):
        raise NotUnderstood(_("请求内容的SM3摘要应为64个小写十六进制字符。"))
    target = Target(
        method=(given.get("method") or method or "GET").upper(),
        path=path,
        query=query,
        body_digest=body_digest,
    )
    return Asked(
        service,
        given.get("authorization") or headers.get("Authorization", ""),
        target,
        given.get("purpose") or headers.get(PURPOSE, ""),
    )


def _json(request: HttpRequest) -> dict[str, str]:
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        raise NotUnderstood(_("请求内容过长。"))
    try:
        found: Any = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood(_("请求内容不是JSON对象。")) from error
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise NotUnderstood(_("请求内容应为JSON对象，各项的值为文本。"))
    if any(UNREADABLE.search(text) for text in found.values()):
        raise NotUnderstood(_("含有不能识别的字符（如空字符），请删除后重新提交。"))
    return found


def _allowed(grant: Grant, asked: Asked) -> HttpResponse:
    names = [item["name"] for item in grant.items]
    masked = [item["name"] for item in grant.items if item["masked"] or grant.is_trial]
    assert grant.code is not None  # noqa: S101 - narrows: a call to the gateway has a code
    body = {
        "allowed": True,
        "service": asked.service,
        "authorization": grant.number,
        "environment": grant.code.environment,
        "items": names,
        "masked": masked,
        "rows": grant.limits,
        "body_sm3": asked.target.body_digest,
    }
    response = HttpResponse(encode(body), content_type="application/json; charset=utf-8")
    response["X-CBA-Authorization"] = grant.number
    response["X-CBA-Environment"] = grant.code.environment
    response["X-CBA-Items"] = _quoted(tuple(names))
    response["X-CBA-Masked"] = _quoted(tuple(masked))
    response["X-CBA-Rows"] = quote(encode(grant.limits)) if grant.limits else ""
    response["X-CBA-Body-SM3"] = asked.target.body_digest
    return response


@lru_cache(maxsize=4096)
def _quoted(names: tuple[str, ...]) -> str:
    """In percent encoding, joined by commas: headers hold no Chinese."""
    return ",".join(map(quote, names))


def _for_nginx(response: HttpResponse) -> HttpResponse:
    """The refusal with a status that auth_request understands; it hands on headers alone."""
    response["X-CBA-Status"] = str(response.status_code)
    response[PROBLEM] = json.dumps(json.loads(response.content))  # in ASCII
    response["X-CBA-Retry-After"] = response.headers.get("Retry-After", "")
    if response.status_code != 401:
        response.status_code = 403
    return response
