"""How django-allauth fits the portal: nobody signs up, the office system only signs people in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from citybrain.organizations.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the bureau, with a one-time password that the person replaces."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that ClientAddressMiddleware settled on: lockout counts by it."""
        return str(request.META["REMOTE_ADDR"])

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
