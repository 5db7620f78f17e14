from django.urls import path

from sharing.disputes import views

urlpatterns = [
    path("disputes/", views.disputes, name="disputes"),
    path("applications/<int:pk>/dispute/", views.dispute_new, name="dispute_new"),
    path("disputes/<int:pk>/", views.dispute, name="dispute"),
    path("disputes/<int:pk>/moves/<slug:name>/", views.dispute_move, name="dispute_move"),
    path("disputes/<int:pk>/papers/", views.dispute_bundle, name="dispute_bundle"),
    path("disputes/<int:pk>/experts/", views.expert_ask, name="expert_ask"),
    path("disputes/<int:pk>/experts/<int:opinion>/", views.expert_answer, name="expert_answer"),
]
