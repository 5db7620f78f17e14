from django.urls import path

from sharing.delivery import views

urlpatterns = [
    path("authorizations/<int:pk>/exchange/", views.exchange, name="exchange"),
    path("authorizations/<int:pk>/exchange/key/", views.exchange_key, name="exchange_key"),
    path("authorizations/<int:pk>/file/link/", views.file_link, name="file_link"),
    path("packages/<int:pk>/file/", views.package_file, name="package_file"),
    path("packages/<int:pk>/link/", views.package_link, name="package_link"),
    path("packages/<int:pk>/receive/", views.package_receive, name="package_receive"),
    path("links/<str:token>/", views.link, name="link"),
]
