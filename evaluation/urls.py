from django.urls import path

from evaluation.views import reports, scorecards

app_name = "evaluation"
urlpatterns = [
    path("reports/", reports.report_list, name="reports"),
    path("reports/compile/", reports.compile_report, name="compile"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/progress/", reports.report_progress, name="report_progress"),
    path("reports/<int:pk>/document/", reports.report_download, name="report_download"),
    path("reports/<int:pk>/facts/", reports.report_facts, name="report_facts"),
    path("scorecards/", scorecards.scorecards, name="scorecards"),
    path("scorecards/<int:year>/", scorecards.scorecards, name="scorecards_of"),
    path("scorecards/<int:year>/<slug:code>/", scorecards.scorecard, name="scorecard"),
]
