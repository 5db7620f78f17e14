from django.urls import path

from catalog.systems import views

urlpatterns = [
    path("", views.system_list, name="systems"),
    path("export/", views.system_export, name="system_export"),
    path("new/", views.system_new, name="system_new"),
    path("<int:pk>/", views.system, name="system"),
    path("<int:pk>/edit/", views.system_edit, name="system_edit"),
    path("<int:pk>/moves/<slug:name>/", views.system_move, name="system_move"),
]
