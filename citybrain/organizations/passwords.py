"""Password rules: Django's own in the portal's words, and three kinds of characters (GB/T 22239)."""

import string

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class LengthValidator(MinimumLengthValidator):
    def get_help_text(self) -> str:
        return _("密码须至少有 %d 个字符。") % self.min_length


class UncommonValidator(CommonPasswordValidator):
    def get_help_text(self) -> str:
        return _("密码不能是常见的密码。")


class UnlikePersonValidator(UserAttributeSimilarityValidator):
    def get_help_text(self) -> str:
        return _("密码不能与您的姓名、用户名等个人信息相似。")


class CharacterKindsValidator:
    """At least `minimum` of: lower case, upper case, digits, other characters."""

    def __init__(self, minimum: int = 3) -> None:
        self.minimum = minimum

    def validate(self, password: str, user: object = None) -> None:
        kinds = [string.ascii_lowercase, string.ascii_uppercase, string.digits]
        found = sum(any(char in kind for char in password) for kind in kinds)
        found += any(char not in "".join(kinds) for char in password)
        if found < self.minimum:
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        return _("密码须包含大写字母、小写字母、数字、其他字符中的至少 %d 类。") % self.minimum
