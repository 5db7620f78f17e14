from django.urls import path

from sharing.backends import views

urlpatterns = [
    path("backends/", views.backend_list, name="backends"),
    path("entries/<int:pk>/backend/", views.backend_new, name="backend_new"),
    path("backends/<int:pk>/", views.backend, name="backend"),
    path("backends/<int:pk>/moves/<slug:name>/", views.backend_move, name="backend_move"),
]
