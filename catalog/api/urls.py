"""The catalog's part of /api/v1/."""

from rest_framework.routers import SimpleRouter

from catalog.api.entries import Entries

app_name = "catalog_api"
router = SimpleRouter()
router.register("entries", Entries, basename="entry")
urlpatterns = router.urls
