from django.urls import path

from catalog.provincial import views

urlpatterns = [
    path("", views.provincial_list, name="provincial"),
    path("packages/", views.provincial_package, name="provincial_package"),
    path("<int:pk>/", views.provincial_report, name="provincial_report"),
    path("<int:pk>/progress/", views.provincial_progress, name="provincial_progress"),
    path("<int:pk>/moves/<slug:name>/", views.provincial_move, name="provincial_move"),
    path("<int:pk>/correct/", views.provincial_correct, name="provincial_correct"),
    path("<int:pk>/json/", views.provincial_json, name="provincial_json"),
    path("<int:pk>/xlsx/<int:volume>/", views.provincial_xlsx, name="provincial_xlsx"),
]
