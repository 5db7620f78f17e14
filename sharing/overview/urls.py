from django.urls import path

from sharing.overview import views

urlpatterns = [
    path("departments/", views.own, name="overview"),
    path("departments/<int:pk>/", views.department, name="department"),
]
