"""How the pages look to this reader: the large-print switch 大字版."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

SCALES = ("normal", "large")
YEAR = 365 * 24 * 3600


@require_POST
def scale(request: HttpRequest) -> HttpResponse:
    """Keep the chosen scale in a cookie for a year and return to ``next`` on this site.

    Scripts read and write the same cookie, hence it is not HttpOnly; it holds no secret.
    """
    wanted = request.POST.get("scale", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        "scale",
        wanted if wanted in SCALES else "normal",
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response
