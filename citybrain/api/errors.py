"""Refusals of the API as RFC 9457 problem details, in Chinese, saying what to do.

    {"type": "about:blank", "title": "…", "status": 409, "detail": "…", "state": "…"}

`errors` lists what is wrong by field (400), `reasons` what guards said (422), `state` where the
object stands (409), `request_id` what to quote when asking for help. A field of the third of several
items is named like in forms: `items-2-length`.
"""

from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from citybrain.audit.services import record
from citybrain.refusals import Conflict, Refused

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: gettext_lazy("请求内容有误"),
    401: gettext_lazy("需要身份验证"),
    403: gettext_lazy("没有权限"),
    404: gettext_lazy("没有找到"),
    405: gettext_lazy("不支持的请求方法"),
    406: gettext_lazy("不支持的返回格式"),
    409: gettext_lazy("状态已变化"),
    413: gettext_lazy("请求内容过大"),
    415: gettext_lazy("不支持的内容格式"),
    422: gettext_lazy("暂不能办理"),
    429: gettext_lazy("请求过于频繁"),
    500: gettext_lazy("系统内部错误"),
}
NON_FIELD = ("__all__", "non_field_errors")


def body(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """The members of a problem; empty ones are left out."""
    members = {
        "type": "about:blank",
        "title": str(TITLES.get(status, _("请求未能完成"))),
        "status": status,
        "detail": detail,
        **more,
        "request_id": str(structlog.contextvars.get_contextvars().get("request_id", "")),
    }
    return {name: value for name, value in members.items() if value not in ("", [], {}, None)}


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    """A problem outside a DRF view, such as in middleware."""
    return JsonResponse(
        body(status, detail, **more),
        status=status,
        content_type=MEDIA_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )


def handle(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None for what is no refusal: a 500 is logged and answered above."""
    if isinstance(exception, Conflict):
        return _answer(409, str(exception), state=exception.state_label)
    if isinstance(exception, Refused):
        return _answer(422, _("有条件尚未满足，暂不能办理。"), reasons=exception.reasons)
    if isinstance(exception, RequestDataTooBig):
        return _answer(413, _("请求内容超过大小限制，请分批提交。"))
    if isinstance(exception, ValidationError):
        return _answer(400, _("请按提示修改后重新提交。"), errors=_by_field(exception))
    if isinstance(exception, Http404):
        return _answer(404, _text(exception, _("没有找到您要办理的内容，或者您无权查看。")))
    if isinstance(exception, PermissionDenied):
        _record_refusal(context)
        return _answer(403, _text(exception, _("您的角色不能办理这一事项。")))
    if not isinstance(exception, exceptions.APIException):
        return None
    return _from_framework(exception, context)


def _from_framework(exception: exceptions.APIException, context: dict[str, Any]) -> Response | None:
    response = exception_handler(exception, context)
    if response is None:
        return None
    headers = {
        name: value
        for name, value in response.items()
        if name in ("WWW-Authenticate", "Retry-After")
    }
    status = response.status_code
    if isinstance(exception, exceptions.ValidationError):
        answer = _answer(400, _("请按提示修改后重新提交。"), errors=_flat(exception.detail))
    else:
        if isinstance(exception, exceptions.PermissionDenied):
            _record_refusal(context)
        answer = _answer(status, _text(exception, str(exception.detail)))
    for name, value in headers.items():
        answer[name] = value
    return answer


def _answer(status: int, detail: str, **more: Any) -> Response:
    return Response(body(status, detail, **more), status=status, content_type=MEDIA_TYPE)


def _text(exception: Exception, default: str) -> str:
    """What the exception says to people; Django's own Http404 speaks English to developers."""
    said = exception.args[0] if exception.args else ""
    return said if isinstance(said, str) and not said.isascii() else default


def _by_field(exception: ValidationError) -> dict[str, list[str]]:
    if hasattr(exception, "error_dict"):
        return {
            "" if name in NON_FIELD else name: found
            for name, found in exception.message_dict.items()
        }
    return {"": exception.messages}


def _flat(detail: Any, name: str = "") -> dict[str, list[str]]:
    """What serializers found, by names as services give them, however deep it is."""
    if isinstance(detail, dict):
        parts = [(str(key), value) for key, value in detail.items()]
    elif isinstance(detail, list) and any(isinstance(value, dict) for value in detail):
        parts = [(str(place), value) for place, value in enumerate(detail)]
    else:
        texts = detail if isinstance(detail, list) else [detail]
        return {name: [str(text) for text in texts]} if texts else {}
    found: dict[str, list[str]] = {}
    for key, value in parts:
        inner = name if key in NON_FIELD else f"{name}-{key}".lstrip("-")
        for path, texts in _flat(value, inner).items():
            found.setdefault(path, []).extend(texts)
    return found


def _record_refusal(context: dict[str, Any]) -> None:
    """The same record that RefusalMiddleware makes for pages; the public's tries are not kept."""
    view: APIView | None = context.get("view")
    request = context.get("request") or getattr(view, "request", None)
    actor = getattr(getattr(request, "_request", request), "actor", None)
    if request is None or actor is None or actor.is_public:
        return
    record(
        "access.refused",
        actor=actor,
        subject_text=request.path[:200],
        data={"method": request.method or ""},
    )
