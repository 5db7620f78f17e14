"""What every API view asks first: somebody who is signed in, with a token whose scope allows it."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from citybrain.organizations.models import ApiToken
from citybrain.organizations.models.token import Scope


class ScopedToken(BasePermission):
    """Safe methods need the scope `read`, all others `write`. A session has both.

    What the person may do is decided by the policies behind the view, never here.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        token = request.auth
        if not isinstance(token, ApiToken):
            return True
        needed = Scope.READ if request.method in SAFE_METHODS else Scope.WRITE
        self.message = _("接口令牌的权限范围不含“%s”，请签发含该范围的令牌。") % needed.label
        return needed.value in token.scopes
