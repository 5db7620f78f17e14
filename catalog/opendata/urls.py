from django.urls import path

from catalog.demand import public_urls as demands
from catalog.opendata import feeds, views
from catalog.opendata.dcat import views as dcat

app_name = "opendata"
urlpatterns = [
    path("", views.catalog, name="catalog"),
    path("interfaces/", views.interfaces, name="interfaces"),
    path("feed.atom", feeds.Datasets(), name="feed"),
    path("datasets/<slug:slug>/", views.dataset, name="dataset"),
    path("datasets/<slug:slug>/data.<slug:kind>", views.rows, name="rows"),
    path("datasets/<slug:slug>.<slug:suffix>", dcat.dataset, name="dataset_document"),
    *demands.urlpatterns,
    path("catalog.<slug:suffix>", dcat.catalog, name="document"),
]
