from django.urls import path

from catalog.watching import views

urlpatterns = [
    path("", views.watches, name="watches"),
    path("follow/", views.follow, name="follow"),
    path("save/", views.save, name="save_search"),
    path("<int:pk>/end/", views.end, name="end_watch"),
]
