"""Reading what callers send: JSON, or a sentence that says where it is none."""

import json
import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.utils.json import strict_constant

# The database takes neither: NUL, and halves of characters (JSON can name them by number).
UNREADABLE = re.compile("[\x00\ud800-\udfff]")


class PlainJSONParser(JSONParser):
    """UTF-8 only; too deep, too long a number, or NUL in a text is bad input like any other."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            content = json.loads(stream.read().decode(), parse_constant=strict_constant)
        except json.JSONDecodeError as error:
            raise ParseError(
                _("请求内容不是有效的 JSON，请检查第 %(line)d 行第 %(column)d 个字符处。")
                % {"line": error.lineno, "column": error.colno}
            ) from None
        except (ValueError, RecursionError):
            raise ParseError(_("请求内容须为 UTF-8 编码、层级不过深的 JSON。")) from None
        names = _unreadable(content)
        if names:
            text = _("含有不能识别的字符（如空字符），请删除后重新提交。")
            raise ValidationError({name: [text] for name in names})
        return content


def _unreadable(content: Any) -> list[str]:
    """Where there is a text that cannot be stored, named as fields are: `items-2-name`."""
    found, left = [], [("", content)]
    while left:
        name, value = left.pop()
        inner: list[tuple[str, Any]] = []
        if isinstance(value, dict):
            if any(UNREADABLE.search(key) for key in value):
                found.append(name)
            inner = [(key, one) for key, one in value.items() if not UNREADABLE.search(key)]
        elif isinstance(value, list):
            inner = [(str(place), one) for place, one in enumerate(value)]
        elif isinstance(value, str) and UNREADABLE.search(value):
            found.append(name)
        left += [(f"{name}-{part}".lstrip("-"), one) for part, one in inner]
    return found
