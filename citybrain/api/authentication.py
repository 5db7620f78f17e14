"""Who calls the API: `Authorization: Bearer cbt_<key>.<secret>`, or a session of the pages."""

import structlog
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from citybrain.api import tokens
from citybrain.organizations.actors import actor_for
from citybrain.organizations.models import ApiToken, User
from citybrain.organizations.second_factor import lacks_second_factor


class TokenAuthentication(BaseAuthentication):
    """Finds the person behind a token and makes them the request's actor.

    No header means no opinion, so that a session may answer; a wrong, expired or revoked token is
    refused with 401 and never falls back to a session.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, given = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = tokens.find(given.strip())
        if token is None or not token.is_live or not token.user.is_active:
            raise AuthenticationFailed(_("接口令牌无效、已过期或已停用，请重新签发。"))
        context = structlog.contextvars.get_contextvars()
        actor = actor_for(
            token.user,
            ip=request.META["REMOTE_ADDR"],
            request_id=str(context.get("request_id", "")),
        )
        # A token may be older than the role, or the deputyship, that asks for a second factor.
        if lacks_second_factor(token.user, actor):
            raise AuthenticationFailed(
                _("您的角色须启用两步验证，请登录门户完成设置后再使用令牌。")
            )
        tokens.mark_used(token)
        request._request.actor = actor  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(department=token.user.department_id)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
