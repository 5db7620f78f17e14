"""The portal's addresses, by app."""

from django.urls import include, path, re_path
from django.views.generic import RedirectView

from catalog.opendata import sitemaps
from catalog.opendata.views import robots
from citybrain import metrics
from citybrain.administration import backoffice
from citybrain.views import appearance, errors, health, home, styleguide

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("preferences/scale/", appearance.scale, name="scale"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    # Accounts are made and helped by the bureau: nothing of one's own, no address to reset by.
    re_path(
        r"^accounts/(?:signup|email|confirm-email|password/(?:re)?set|login/code|social|3rdparty)/"
        r"(?!login/)",
        errors.closed,
    ),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("administration/", include("citybrain.administration.urls")),
    path("backoffice/", backoffice.site.urls),
    path("tokens/", include("citybrain.api.pages")),
    path("audit/", include("citybrain.audit.urls")),
    path("parameters/", include("citybrain.parameters.urls")),
    path("duties/", include("citybrain.duties.urls")),
    path("notices/", include("citybrain.notices.urls")),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.section, name="sitemap_section"),
    path("open/verify/", include("sharing.papers.public_urls")),
    path("open/developers/", include("sharing.developers.public_urls")),
    path("open/api/v1/", include("sharing.developers.api_urls")),
    path("open/", include("catalog.opendata.urls")),
    # Where clients of CKAN expect the page of a dataset that they know by its name.
    path(
        "dataset/<slug:slug>",
        RedirectView.as_view(pattern_name="opendata:dataset"),
        name="ckan_dataset",
    ),
    path("catalog/", include("catalog.urls")),
    path("security/", include("security.urls")),
    path("sharing/", include("sharing.urls")),
    path("gateway/v1/", include("sharing.gateway.urls")),
    path("evaluation/", include("evaluation.urls")),
    path("api/", include("citybrain.api.urls")),
    path("api/", include("catalog.opendata.ckan.urls")),
    path("api/v1/", include("catalog.api.urls")),
    path("api/v1/", include("sharing.api.urls")),
    path("api/v1/", include("evaluation.api.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
