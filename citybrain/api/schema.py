"""How the API describes itself: the token scheme, refusals, and the two pages that show it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from citybrain.api.errors import MEDIA_TYPE


class TokenScheme(OpenApiAuthenticationExtension):
    """`Authorization: Bearer cbt_…`."""

    target_class = "citybrain.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "cbt_<key>.<secret>"}


PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "应当怎样处理"},
        "errors": {
            "type": "object",
            "description": "400：各字段的错误",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "reasons": {
            "type": "array",
            "description": "422：尚未满足的条件",
            "items": {"type": "string"},
        },
        "state": {"type": "string", "description": "409：当前状态"},
        "request_id": {"type": "string", "description": "求助时请提供"},
    },
}


def describe_refusals(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Adds to every operation that whatever is not listed is a problem, see errors.py."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    refusal = {
        "description": "未能办理 · Refused",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for methods in result["paths"].values():
        for operation in methods.values():
            operation["responses"]["default"] = refusal
    return result


# People read the documentation in the browser, so they are sent to sign in like on any page.
docs = login_required(
    SpectacularSwaggerSplitView.as_view(
        url_name="api:schema",
        template_name="api/docs.html",
        title=_("城市大脑接口文档 · City Brain API"),
    )
)
schema = SpectacularAPIView.as_view()
