from django.urls import path

from sharing.together import views

urlpatterns = [path("applications/together/", views.together, name="together")]
