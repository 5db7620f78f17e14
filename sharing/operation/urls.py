from django.urls import path

from sharing.operation import views

urlpatterns = [
    path("services/<int:pk>/operation/", views.operation, name="operation"),
    path("services/<int:pk>/pauses/new/", views.pause_new, name="pause_new"),
    path(
        "services/<int:pk>/pauses/<int:window_pk>/cancel/", views.pause_cancel, name="pause_cancel"
    ),
    path("services/<int:pk>/end/", views.end_new, name="end_new"),
    path("services/<int:pk>/end/withdraw/", views.end_withdraw, name="end_withdraw"),
]
