from django.urls import path

from sharing.attachments import views

urlpatterns = [
    path("attachments/<int:pk>/", views.attachment, name="attachment"),
    path("attachments/<int:pk>/take-out/", views.take_out, name="attachment_take_out"),
    path("attachments/<slug:word>/<int:pk>/add/", views.add, name="attachment_add"),
]
