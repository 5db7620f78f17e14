from django.urls import path

from catalog.more_time import views

urlpatterns = [
    path("<int:pk>/more-time/", views.ask, name="more_time_ask"),
    path("more-time/<int:pk>/", views.more_time, name="more_time"),
    path("more-time/<int:pk>/<slug:name>/", views.more_time_move, name="more_time_move"),
]
