"""Reading what callers send: JSON, or a sentence that says where it is none."""

import json
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.utils.json import strict_constant


class PlainJSONParser(JSONParser):
    """UTF-8 only; too deep or too long a number is bad input like any other."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return json.loads(stream.read().decode(), parse_constant=strict_constant)
        except json.JSONDecodeError as error:
            raise ParseError(
                _("请求内容不是有效的 JSON，请检查第 %(line)d 行第 %(column)d 个字符处。")
                % {"line": error.lineno, "column": error.colno}
            ) from None
        except (ValueError, RecursionError):
            raise ParseError(_("请求内容须为 UTF-8 编码、层级不过深的 JSON。")) from None
