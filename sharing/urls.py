from django.urls import path

from sharing.views import applications, applying, extensions

app_name = "sharing"
urlpatterns = [
    path("applications/", applications.application_list, name="applications"),
    path("entries/<int:pk>/apply/", applying.apply, name="apply"),
    path("applications/<int:pk>/", applications.application, name="application"),
    path("applications/<int:pk>/edit/", applying.application_edit, name="application_edit"),
    path(
        "applications/<int:pk>/moves/<slug:name>/",
        applications.application_move,
        name="application_move",
    ),
    path("applications/<int:pk>/extension/", extensions.extension_ask, name="extension_ask"),
    path("extensions/<int:pk>/<slug:name>/", extensions.extension_decide, name="extension_decide"),
]
