"""What everybody may ask: whether a document in their hands is genuine."""

from django.urls import path

from sharing.papers import views

app_name = "papers"
urlpatterns = [path("", views.verify, name="verify")]
