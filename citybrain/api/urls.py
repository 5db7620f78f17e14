"""The kernel's part of the API. Apps add theirs by `<app>/api/urls.py`, included beside this."""

from django.urls import include, path

from citybrain.api import schema, v1

app_name = "api"
urlpatterns = [
    path("schema/", schema.schema, name="schema"),
    path("docs/", schema.docs, name="docs"),
    path("v1/", include(v1.urlpatterns)),
]
