from django.urls import path

from sharing.views import (
    applications,
    applying,
    authorizations,
    calls,
    corrections,
    extensions,
    hosting,
    services,
)

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
    path("authorizations/", authorizations.authorization_list, name="authorizations"),
    path("authorizations/<int:pk>/", authorizations.authorization, name="authorization"),
    path(
        "authorizations/<int:pk>/moves/<slug:name>/",
        authorizations.authorization_move,
        name="authorization_move",
    ),
    path("authorizations/<int:pk>/code/", authorizations.code_issue, name="code_issue"),
    path("authorizations/<int:pk>/code/revoke/", authorizations.code_revoke, name="code_revoke"),
    path("authorizations/<int:pk>/file/", authorizations.file, name="file"),
    path("entries/<int:pk>/data/", hosting.data, name="data"),
    path("entries/<int:pk>/data/template/", hosting.data_template, name="data_template"),
    path("uploads/<int:pk>/", hosting.upload, name="upload"),
    path("uploads/<int:pk>/progress/", hosting.upload_progress, name="upload_progress"),
    path("uploads/<int:pk>/confirm/", hosting.upload_confirm, name="upload_confirm"),
    path("uploads/<int:pk>/cancel/", hosting.upload_cancel, name="upload_cancel"),
    path("uploads/<int:pk>/issues/", hosting.upload_issues, name="upload_issues"),
    path("services/", services.service_list, name="services"),
    path("services/<int:pk>/", services.service, name="service"),
    path("services/<int:pk>/moves/<slug:name>/", services.service_switch, name="service_switch"),
    path("calls/", calls.call_list, name="calls"),
    path("calls/export/", calls.call_export, name="calls_export"),
    path("corrections/", corrections.correction_list, name="corrections"),
    path("corrections/new/<int:pk>/", corrections.correction_new, name="correction_new"),
    path("corrections/<int:pk>/", corrections.correction, name="correction"),
    path(
        "corrections/<int:pk>/moves/<slug:name>/",
        corrections.correction_move,
        name="correction_move",
    ),
]
