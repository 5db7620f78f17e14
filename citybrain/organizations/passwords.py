"""Password rule of the portal beyond Django's own: three kinds of characters (GB/T 22239)."""

import string

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


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
