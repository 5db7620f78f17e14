from django.urls import path

from citybrain.notices.views import deputyship, inbox, ledger, preference

app_name = "notices"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("read/", inbox.read_all, name="read_all"),
    path("<int:pk>/", inbox.open_notice, name="open"),
    path("<int:pk>/read/", inbox.read, name="read"),
    path("preferences/", preference.preferences, name="preferences"),
    path("deputies/", deputyship.deputies, name="deputies"),
    path("deputies/<int:pk>/cancel/", deputyship.cancel_deputy, name="cancel_deputy"),
    path("ledger/<str:subject_type>/<int:pk>/", ledger.ledger, name="ledger"),
]
