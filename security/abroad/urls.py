from django.urls import path

from security.abroad import views

urlpatterns = [
    path("", views.export_list, name="exports"),
    path("new/", views.export_new, name="export_new"),
    path("<int:pk>/", views.export, name="export"),
    path("<int:pk>/moves/<slug:name>/", views.export_move, name="export_move"),
]
