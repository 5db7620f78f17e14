"""Sign-in and account security on the audit trail: the only place where signals write records.

The verbs belong to libraries (Django's sessions, allauth), so there is no service of ours to record
them in.
"""

from typing import Any

import structlog
from allauth.account.signals import password_changed, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from citybrain.audit.services import record
from citybrain.organizations.actors import Actor, actor_for
from citybrain.organizations.models import User


def _actor(user: Any, request: HttpRequest | None) -> Actor:
    context = structlog.contextvars.get_contextvars()
    address = request.META.get("REMOTE_ADDR", "") if request is not None else ""
    return actor_for(user, ip=address, request_id=str(context.get("request_id", "")))


@receiver(user_logged_in, dispatch_uid="audit.signed_in")
def signed_in(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    record("account.signed_in", actor=_actor(user, request), subject=user)


@receiver(user_logged_out, dispatch_uid="audit.signed_out")
def signed_out(request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    if user is not None:
        record("account.signed_out", actor=_actor(user, request), subject=user)


@receiver(user_login_failed, dispatch_uid="audit.sign_in_failed")
def sign_in_failed(
    credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: Any
) -> None:
    """Names the account only if it exists: people type passwords into the wrong field."""
    username = str(credentials.get("username") or "")
    user = User.objects.filter(username__iexact=username).first() if username else None
    record(
        "account.sign_in_failed",
        actor=_actor(None, request),
        subject=user,
        department=user.department if user else None,
        data={"known_account": user is not None},
    )


@receiver(password_changed, dispatch_uid="audit.password_changed")
@receiver(password_set, dispatch_uid="audit.password_set")
def new_password(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    record("account.password_changed", actor=_actor(user, request), subject=user)


@receiver(authenticator_added, dispatch_uid="audit.factor_added")
def factor_added(request: HttpRequest, user: User, authenticator: Any, **_kwargs: Any) -> None:
    _factor(request, user, "added", authenticator)


@receiver(authenticator_removed, dispatch_uid="audit.factor_removed")
def factor_removed(request: HttpRequest, user: User, authenticator: Any, **_kwargs: Any) -> None:
    _factor(request, user, "removed", authenticator)


@receiver(authenticator_reset, dispatch_uid="audit.factor_reset")
def factor_reset(request: HttpRequest, user: User, authenticator: Any, **_kwargs: Any) -> None:
    _factor(request, user, "reset", authenticator)


def _factor(request: HttpRequest, user: User, change: str, authenticator: Any) -> None:
    record(
        "account.second_factor_changed",
        actor=_actor(user, request),
        subject=user,
        data={"change": change, "kind": str(authenticator.type)},
    )
