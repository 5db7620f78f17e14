"""Names: texts of one line that must be what they look like, whichever way they came."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

# Marks that turn the order in which text is shown, letters that show as nothing (fillers of Hangul,
# the blank of Braille), and marks that annotate or tag what stands beside them. Characters of no
# width that come along unseen are taken away by `line_text` before.
UNSEEN = re.compile(
    "[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200e\u200f\u202a-\u202e\u2065-\u206f\u2800\u3164"
    "\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def validate_name(text: str) -> None:
    """Raises ValidationError when what is read is not what is stored."""
    if UNSEEN.search(text):
        raise ValidationError(unseen())


def unseen() -> str:
    """The sentence for whoever gave such a name."""
    return _("名称中有看不见的文字方向控制字符或者填充字符，显示的与实际的不同，请删除后重新填写。")


def visible(text: str) -> str:
    """A refused name for a sentence about it: what is unseen stands there by its number."""
    return UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


class NameField(models.CharField):
    """A CharField that takes no name with unseen characters; for the database it is a CharField."""

    default_validators = [validate_name]

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
