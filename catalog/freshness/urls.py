from django.urls import path

from catalog.freshness import views

urlpatterns = [path("updates/", views.updates, name="updates")]
