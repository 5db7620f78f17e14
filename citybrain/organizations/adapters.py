"""How django-allauth fits the portal: nobody signs up, the office system only signs people in."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context, ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from citybrain.organizations.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the bureau, with a one-time password that the person replaces."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that ClientAddressMiddleware settled on: lockout counts by it."""
        return str(request.META["REMOTE_ADDR"])

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Five failures for an account from one address, then many for it from anywhere (settings).

        Locking by account alone would let anybody lock everybody out.
        """
        super().pre_authenticate(request, **credentials)
        if not self._count_anywhere(request, credentials, dry_run=True):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        self._count_anywhere(request, credentials, dry_run=False)

    def _count_anywhere(
        self, request: HttpRequest, credentials: dict[str, Any], *, dry_run: bool
    ) -> bool:
        account = str(credentials.get("username", "")).lower()
        return bool(
            ratelimit.consume(request, action="login_failed_anywhere", key=account, dry_run=dry_run)
        )

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        account = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{account}:{self.get_client_ip(request)}"

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Not of somebody who has proved who they are a moment ago, by signing in."""
        request = context.request
        records = get_authentication_records(request, request.user)
        proved_at = max((entry["at"] for entry in records), default=0)
        just_now = time.time() - proved_at < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not just_now and bool(super().is_reauthentication_required(app=app))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")

    def clean_password(self, password: str, user: Any = None) -> str:
        """The portal's password rule; the new password must also be another one."""
        cleaned = str(super().clean_password(password, user=user))
        if user is not None and user.check_password(cleaned):
            raise ValidationError(_("新密码不能与原密码相同。"), code="password_same")
        return cleaned

    def set_password(self, user: User, password: str) -> None:
        """A password that the person chose: the one-time one has done its work."""
        user.must_change_password = False
        super().set_password(user, password)


class OfficeSystemAdapter(DefaultSocialAccountAdapter):
    """Single sign-on links to an account that the bureau made: never creates one, gives no rights."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Finds the person by the office system's account name; turns anybody else away."""
        if sociallogin.is_existing:
            return
        claims: dict[str, Any] = sociallogin.account.extra_data
        claims = claims.get("userinfo", claims)
        username = str(claims.get("preferred_username", ""))
        user = User.objects.filter(username=username, is_active=True).first() if username else None
        if user is None:
            messages.error(
                request, _("该办公系统账号尚未在本门户建档，请联系本单位的门户管理人员。")
            )
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.connect(request, user)
