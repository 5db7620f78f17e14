"""How the API describes itself: the token scheme, and the two pages that show it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class TokenScheme(OpenApiAuthenticationExtension):
    """`Authorization: Bearer cbt_…`."""

    target_class = "citybrain.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "cbt_<key>.<secret>"}


# People read the documentation in the browser, so they are sent to sign in like on any page.
docs = login_required(
    SpectacularSwaggerSplitView.as_view(
        url_name="api:schema", template_name="api/docs.html", title="City Brain API"
    )
)
schema = SpectacularAPIView.as_view()
