from django.urls import path

from catalog.opendata.ckan import views

app_name = "ckan_api"
urlpatterns = [
    path("3", views.version, name="version"),
    path("3/action/<slug:name>", views.action, name="action"),
    # Where clients that know no version ask.
    path("action/<slug:name>", views.action, name="latest"),
]
