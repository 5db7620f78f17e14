from django.urls import path

from catalog.watching import views

urlpatterns = [
    path("", views.watches, name="watches"),
    path("new/", views.follow, name="watch_new"),
    path("<int:pk>/rename/", views.rename, name="watch_rename"),
    path("<int:pk>/end/", views.unfollow, name="watch_end"),
]
