from django.urls import path

from sharing.rowlimits import views

urlpatterns = [
    path("applications/<int:pk>/rows/", views.row_limit, name="row_limit"),
]
