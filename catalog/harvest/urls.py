from django.urls import path

from catalog.harvest import views

urlpatterns = [
    path("", views.source_list, name="harvest"),
    path("new/", views.new, name="harvest_new"),
    path("<int:pk>/", views.source, name="harvest_source"),
    path("<int:pk>/edit/", views.edit, name="harvest_edit"),
    path("<int:pk>/run/", views.run, name="harvest_run"),
    path("entries/<int:pk>/", views.decide, name="harvested"),
    path("entries/<int:pk>/checked/", views.checked, name="harvested_checked"),
]
