from django.urls import path

from sharing.corrections.views import handling, listing, redelivered, reporting

urlpatterns = [
    path("corrections/", listing.correction_list, name="corrections"),
    path("corrections/export/", listing.correction_export, name="corrections_export"),
    path("corrections/new/<int:pk>/", reporting.correction_new, name="correction_new"),
    path(
        "corrections/new/<int:pk>/template/",
        reporting.correction_template,
        name="correction_template",
    ),
    path("corrections/<int:pk>/", handling.correction, name="correction"),
    path("corrections/<int:pk>/lines/", reporting.correction_lines, name="correction_lines"),
    path("corrections/<int:pk>/verify/", handling.correction_verify, name="correction_verify"),
    path("corrections/<int:pk>/rows/", handling.correction_rows, name="correction_rows"),
    path(
        "corrections/<int:pk>/moves/<slug:name>/",
        handling.correction_move,
        name="correction_move",
    ),
    path("redeliveries/<int:pk>/", redelivered.redelivery, name="redelivery"),
]
