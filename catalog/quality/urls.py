from django.urls import path

from catalog.quality import views

urlpatterns = [
    path("quality/", views.quality_list, name="quality_list"),
    path("<int:pk>/quality/", views.quality, name="quality"),
    path("<int:pk>/quality/check/", views.check_now, name="quality_check"),
    path("<int:pk>/quality/progress/", views.progress, name="quality_progress"),
    path("<int:pk>/quality/findings/", views.findings, name="quality_findings"),
    path("<int:pk>/quality/rules/", views.rule_new, name="quality_rule"),
    path("<int:pk>/quality/rules/switch/", views.rule_switch, name="quality_switch"),
]
