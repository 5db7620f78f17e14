from django.urls import path

from sharing.gateway import forward, views

app_name = "gateway"
urlpatterns = [
    path("services/<str:service_code>/records", views.records, name="records"),
    path("authorize", forward.authorize, name="authorize"),
]
