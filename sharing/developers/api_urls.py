"""What programs call with a key; answered at the entrance, past sessions and cookies."""

from django.urls import path

from sharing.developers import api

app_name = "open_api"
urlpatterns = [
    path("datasets/<slug:slug>/records", api.records, name="records"),
    path("datasets/<slug:slug>/openapi.json", api.document, name="document"),
]
