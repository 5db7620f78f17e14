"""The entrance of machine clients: past sessions, cookies, CSRF and languages, straight to the view.

Everything under GATEWAYS is answered here, with problem details when there is nothing to answer, an
X-Request-ID, its place in the metrics and, when it was refused, a line in the log. Security headers
and the client's address are the business of the middleware in front.
"""

import json
import re
import time
import uuid
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus

import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from citybrain import metrics
from citybrain.api.errors import MEDIA_TYPE, body

log = structlog.get_logger(__name__)
# What machine clients call: the namespaces of addresses by what their paths begin with.
GATEWAYS = {"/gateway/": "gateway", "/open/api/": "open_api"}
REQUEST_ID = re.compile(r"[0-9A-Za-z._-]{1,64}")


class GatewayEntrance:
    """Middleware: dispatches paths under GATEWAYS itself, lets all others through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(tuple(GATEWAYS)):
            return self.get_response(request)
        started = time.perf_counter()
        request_id = _request_id(request)
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        match = _match(request.path_info)
        with translation.override(_language(request)):
            response = _answer(request, match)
        response["X-Request-ID"] = request_id
        response["Cache-Control"] = "no-store"
        if isinstance(response, HttpResponse):
            response["Content-Length"] = str(len(response.content))
        seconds = time.perf_counter() - started
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            # What was served is on record with its request id: a line more would say the same.
            log.info("gateway", status=response.status_code, milliseconds=round(seconds * 1000, 1))
        metrics.answered(
            route=match.view_name if match else "gateway",
            method=request.method if request.method in {"GET", "HEAD", "POST"} else "other",
            status=response.status_code,
            seconds=seconds,
        )
        structlog.contextvars.clear_contextvars()
        return response


def _request_id(request: HttpRequest) -> str:
    """The client's own id when it is one, so that both sides' logs agree."""
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    return given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


@lru_cache(maxsize=1024)
def _match(path: str) -> ResolverMatch | None:
    """The route of exactly this path: nothing is normalised, so tricks find nothing."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return match if path.startswith(_prefix(match.namespace)) else None


def _prefix(namespace: str) -> tuple[str, ...]:
    return tuple(prefix for prefix, name in GATEWAYS.items() if name == namespace)


def _language(request: HttpRequest) -> str:
    """The caller's language where the public calls, the portal's own elsewhere."""
    if request.path_info.startswith(settings.TRANSLATED_PATHS):
        return translation.get_language_from_request(request)
    return str(settings.LANGUAGE_CODE)


def _answer(request: HttpRequest, match: ResolverMatch | None) -> HttpResponseBase:
    try:
        request.get_host()
    except DisallowedHost:
        return problem_response(400, _("请求的域名不属于本系统，请核对服务地址。"))
    if match is None:
        return problem_response(404, _("没有这个服务地址，请查阅接口说明。"))
    request.resolver_match = match
    try:
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except Exception:
        log.exception("gateway_failed")
        return problem_response(500, _("系统内部错误，请稍后重试；仍有问题请提供请求编号。"))
    return response


def problem_response(status: int, detail: str, **more: str) -> HttpResponse:
    """RFC 9457 problem details, without anything that a machine has no use for."""
    text = json.dumps(body(status, detail, **more), ensure_ascii=False)
    return HttpResponse(text, status=status, content_type=MEDIA_TYPE)
