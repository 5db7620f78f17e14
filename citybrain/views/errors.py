"""Error pages. They say what happened and what to do, and nothing of the portal's inside."""

import structlog
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from citybrain.api.errors import problem

API = "/api/"


def _request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def closed(request: HttpRequest) -> HttpResponse:
    """For addresses of a library that the portal does not offer."""
    raise Http404


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Shows what the portal itself objects to; what Django says is for developers, in English."""
    is_own = isinstance(exception, BadRequest) and not str(exception).isascii()
    said = str(exception) if is_own else ""
    if request.path.startswith(API):
        return problem(400, said or _("请求有误，请检查后重试。"))
    context = {"request_id": _request_id(), "message": said}
    return render(request, "errors/400.html", context, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", {"request_id": _request_id()}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return problem(404, _("没有这个接口地址，请查阅接口文档。"))
    return render(request, "errors/404.html", {"request_id": _request_id()}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without request context: whatever broke may break the context as well."""
    if request.path.startswith(API):
        return problem(500, _("系统内部错误，请稍后重试；仍有问题请提供请求编号。"))
    return HttpResponse(
        render_to_string("errors/500.html", {"request_id": _request_id()}), status=500
    )
