from django.urls import path

from sharing.papers import views

urlpatterns = [
    path("applications/<int:pk>/papers/<slug:kind>/", views.paper, name="paper"),
]
