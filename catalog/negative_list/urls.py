from django.urls import path

from catalog.negative_list import views

urlpatterns = [
    path("negative-list/", views.negative_list, name="negative_list"),
    path("negative-list/unlisted/", views.unlisted, name="negative_unlisted"),
    path("negative-list/export/", views.export, name="negative_export"),
    path("negative-list/<int:pk>/", views.negative_entry, name="negative_entry"),
    path("negative-list/<int:pk>/edit/", views.edit, name="negative_edit"),
    path("negative-list/<int:pk>/moves/<slug:name>/", views.move, name="negative_move"),
    path("<int:pk>/negative-list/new/", views.new, name="negative_new"),
]
