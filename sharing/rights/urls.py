from django.urls import path

from sharing.rights import matter_views, views

urlpatterns = [
    path("use-reports/", views.use_reports, name="use_reports"),
    path("use-reports/<int:pk>/", views.use_report, name="use_report"),
    path("use-reports/<int:pk>/<slug:name>/", views.use_report_move, name="use_report_move"),
    path("matters/", matter_views.matter_list, name="matters"),
    path("matters/<int:pk>/", matter_views.matter, name="matter"),
    path("matters/<int:pk>/<slug:name>/", matter_views.matter_move, name="matter_move"),
    path(
        "authorizations/<int:pk>/matters/<slug:kind>/",
        matter_views.matter_new,
        name="matter_new",
    ),
    path("idle/", views.idle, name="idle"),
    path("authorizations/<int:pk>/undertaking/", views.undertake, name="undertake"),
]
