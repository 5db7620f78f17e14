"""Error pages. They say what happened and what to do, and nothing of the portal's inside."""

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def _request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/400.html", {"request_id": _request_id()}, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", {"request_id": _request_id()}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", {"request_id": _request_id()}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without request context: whatever broke may break the context as well."""
    return HttpResponse(
        render_to_string("errors/500.html", {"request_id": _request_id()}), status=500
    )
