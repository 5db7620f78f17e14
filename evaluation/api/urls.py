"""The evaluation's part of /api/v1/."""

from rest_framework.routers import SimpleRouter

from evaluation.api.reports import Reports
from evaluation.api.scorecards import Scorecards

app_name = "evaluation_api"
router = SimpleRouter()
router.register("reports", Reports, basename="report")
router.register("scorecards", Scorecards, basename="scorecard")
urlpatterns = router.urls
