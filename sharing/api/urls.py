"""Sharing's part of /api/v1/."""

from rest_framework.routers import SimpleRouter

from sharing.api.applications import Applications
from sharing.api.authorizations import Authorizations
from sharing.corrections.api import Corrections
from sharing.delivery.api import Packages

app_name = "sharing_api"
router = SimpleRouter()
router.register("applications", Applications, basename="application")
router.register("authorizations", Authorizations, basename="authorization")
router.register("corrections", Corrections, basename="correction")
router.register("packages", Packages, basename="package")
urlpatterns = router.urls
