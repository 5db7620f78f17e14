"""The session of a developer: a cookie of its own, sent to their own pages only.

It is none of Django's sessions: `request.user` stays nobody, so that no page of the staff opens.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from citybrain.pages import ActorRequest
from sharing.developers import services
from sharing.models import Developer

COOKIE = "developer"


class DeveloperRequest(ActorRequest):
    """A request of a developer who has signed in."""

    developer: Developer


def developer_of(request: HttpRequest) -> Developer | None:
    return services.of_session(request.COOKIES.get(COOKIE, ""))


def developer_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lets developers in, and sends everybody else to where a link is asked for."""

    @wraps(view)
    def guarded(request: DeveloperRequest, *args: object, **kwargs: object) -> HttpResponse:
        found = developer_of(request)
        if found is None:
            return redirect("developers:enter")
        request.developer = found
        return view(request, *args, **kwargs)

    return guarded


def begin(response: HttpResponse, secret: str, *, is_secure: bool) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(services.SESSION_LIFE.total_seconds()),
        path=reverse("developers:guide"),
        httponly=True,
        samesite="Lax",
        secure=is_secure or settings.SESSION_COOKIE_SECURE,
    )
    return response


def end(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    services.sign_out(secret=request.COOKIES.get(COOKIE, ""))
    response.delete_cookie(COOKIE, path=reverse("developers:guide"))
    return response
