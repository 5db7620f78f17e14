from django.urls import path

from sharing.interfaces import views

urlpatterns = [
    path("services/<int:pk>/openapi.json", views.openapi_document, name="service_openapi"),
    path("authorizations/<int:pk>/console/", views.try_out, name="console"),
]
