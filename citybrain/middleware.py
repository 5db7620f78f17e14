"""Request middleware: whose address, who acts, which second factor, and how refusals are shown."""

import ipaddress
import re
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import structlog
from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect, render
from django.urls import is_valid_path, reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from citybrain import metrics
from citybrain.api import errors
from citybrain.api.parsing import UNREADABLE
from citybrain.audit.services import record
from citybrain.crypto import sm3_hex
from citybrain.organizations.actors import Actor, actor_for
from citybrain.organizations.second_factor import lacks_second_factor
from citybrain.refusals import Conflict

Handler = Callable[[HttpRequest], HttpResponse]
PROXY_HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")
# What clients may name themselves: it is logged, kept on the audit trail and sent back.
TRACE_HEADERS = ("HTTP_X_REQUEST_ID", "HTTP_X_CORRELATION_ID")
TRACE_ID = re.compile(r"[0-9A-Za-z._-]{1,64}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
MACHINE_PATHS = ("/api/", "/gateway/")
NOTED_SECONDS = 60
SETUP_PATHS = ("/accounts/", "/static/", "/i18n/", "/gateway/")


class ClientAddressMiddleware:
    """Sets REMOTE_ADDR to the client's address and believes forwarding headers of named proxies only."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.proxies = [ipaddress.ip_network(cidr) for cidr in settings.TRUSTED_PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = request.META.get("REMOTE_ADDR") or "127.0.0.1"
        if self._is_proxy(peer):
            forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
            for address in reversed([part.strip() for part in forwarded if part.strip()]):
                if _address(address) is None:
                    break
                peer = address
                if not self._is_proxy(address):
                    break
        else:
            for header in PROXY_HEADERS:
                request.META.pop(header, None)
        for header in TRACE_HEADERS:
            if not TRACE_ID.fullmatch(request.META.get(header, "")):
                request.META.pop(header, None)
        request.META["REMOTE_ADDR"] = peer
        return self.get_response(request)

    def _is_proxy(self, text: str) -> bool:
        address = _address(text)
        if address is None:
            # A unix socket has no address: the web server on this machine is the peer.
            return bool(self.proxies)
        return any(address in network for network in self.proxies)


@lru_cache(maxsize=4096)
def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


class LanguageMiddleware(LocaleMiddleware):
    """Public pages and the API in the reader's language; the staff's pages in the portal's own.

    Those are not translated, and half a page in the language of a browser serves nobody.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path.startswith(settings.TRANSLATED_PATHS):
            super().process_request(request)
            return
        translation.activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        if request.path.startswith(settings.TRANSLATED_PATHS):
            return super().process_response(request, response)
        return response


class PlainTextMiddleware:
    """Refuses addresses and forms with a character that is none: no field has a place for it.

    JSON is looked through where it is read (citybrain/api/parsing.py).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> None:
        given = [request.GET]
        if request.method == "POST" and not request.path.startswith(MACHINE_PATHS):
            given.append(request.POST)
        if any(_is_unreadable(values) for values in given):
            raise BadRequest(_("提交的内容含有不能识别的字符（如空字符），请删除后重新提交。"))


def _is_unreadable(values: QueryDict) -> bool:
    return any(UNREADABLE.search(text) for name, texts in values.lists() for text in (name, *texts))


def seen_key(session_key: str) -> str:
    """Under which the cache knows that a session was noted; not the key itself, which signs in."""
    return f"session-seen-{sm3_hex(session_key.encode())}"


class SessionActivityMiddleware:
    """Notes when a session was last used and from where, for its owner's list of sessions.

    Once a minute, and at once from another address or browser: allauth's own middleware writes the
    row with every page.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            self._note(request, request.session.session_key)
        return self.get_response(request)

    def _note(self, request: HttpRequest, session_key: str) -> None:
        browser = f"{request.META['REMOTE_ADDR']} {request.META.get('HTTP_USER_AGENT', '')}"
        key = seen_key(session_key)
        seen = sm3_hex(browser.encode())
        with suppress(RedisError):
            if cache.get(key) == seen:
                return
        UserSession.objects.create_from_request(request)
        with suppress(RedisError):
            cache.set(key, seen, NOTED_SECONDS)


class MetricsMiddleware:
    """Counts answers and their time by route, for /metrics, and names the request in its answer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        metrics.answered(
            route=match.view_name if match else "unknown",
            method=request.method if request.method in METHODS else "other",
            status=response.status_code,
            seconds=time.perf_counter() - started,
        )
        context = structlog.contextvars.get_contextvars()
        response["X-Request-ID"] = str(context.get("request_id", ""))
        return response


class ActorMiddleware:
    """Puts `request.actor` there: the Actor of the signed-in person, or the public."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        context = structlog.contextvars.get_contextvars()
        request_id = str(context.get("request_id", ""))
        if request.path.startswith("/gateway/"):
            # Machine clients bring an authorization code, never a session.
            return self.get_response(request)

        def load() -> Actor:
            return actor_for(request.user, ip=request.META["REMOTE_ADDR"], request_id=request_id)

        request.actor = SimpleLazyObject(load)  # type: ignore[attr-defined]
        if request.user.is_authenticated and request.user.department_id:
            structlog.contextvars.bind_contextvars(department=request.user.department_id)
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            # The next person at a shared machine must not find it by the back button: what may be
            # stored, browsers keep whole beside their cache and show again without asking.
            patch_cache_control(response, private=True, no_cache=True, no_store=True)
        return response


class AccountSetupMiddleware:
    """Nothing opens before the account is set up: one's own password, then the second factor.

    Holders of the roles in SECOND_FACTOR_ROLES need the latter. A session that calls the API is
    held to the same; for a token, citybrain/api/authentication.py asks.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(SETUP_PATHS) or not request.user.is_authenticated:
            return self.get_response(request)
        if request.user.must_change_password and not _came_from_office_system(request):
            return self._send(
                request, "account_change_password", _("请先修改一次性密码，再办理业务。")
            )
        if lacks_second_factor(request.user, request.actor):  # type: ignore[attr-defined]
            return self._send(
                request, "mfa_activate_totp", _("您的角色须启用两步验证，请先完成设置。")
            )
        return self.get_response(request)

    def _send(self, request: HttpRequest, url_name: str, message: str) -> HttpResponse:
        if request.path.startswith(MACHINE_PATHS):
            return errors.problem(403, message)
        messages.warning(request, message)
        return redirect(url_name)


def _came_from_office_system(request: HttpRequest) -> bool:
    """Whether the session began by single sign-on: that person never held the one-time password."""
    records = get_authentication_records(request, request.user)
    return any(entry.get("method") == "socialaccount" for entry in records)


def _page_before(request: HttpRequest) -> str:
    """Where the person came from; "" for what does not tell, or would only say the same again."""
    referer = request.META.get("HTTP_REFERER", "")
    inside = url_has_allowed_host_and_scheme(
        referer, {request.get_host()}, require_https=request.is_secure()
    )
    before = urlsplit(referer)
    if inside and not before.path.startswith("//") and before.path not in ("", request.path):
        return urlunsplit(("", "", before.path, before.query, ""))
    # A form's own address: what it is about stands above it.
    above = request.path.rstrip("/").rpartition("/")[0] + "/"
    return above if above != "/" and is_valid_path(above) else ""


class RefusalMiddleware:
    """Shows the three refusals of the house: unseen 404, not allowed 403, wrong state 409.

    A refused permission is recorded; its page says nothing of the object.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if request.path.startswith(MACHINE_PATHS):
            return None
        if isinstance(exception, Conflict):
            context = {
                "message": str(exception),
                "state": exception.state_label,
                "back": _page_before(request),
            }
            return render(request, "errors/409.html", context, status=409)
        if isinstance(exception, PermissionDenied):
            actor: Actor = request.actor  # type: ignore[attr-defined]
            if actor.is_public:
                return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
            record(
                "access.refused",
                actor=actor,
                subject_text=request.path[:200],
                data={"method": request.method or ""},
            )
            return render(request, "errors/403.html", {"message": str(exception)}, status=403)
        return None
