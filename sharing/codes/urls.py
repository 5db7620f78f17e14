from django.urls import path

from sharing.codes import views

urlpatterns = [
    path("authorizations/<int:pk>/code/", views.issue, name="code_issue"),
    path("codes/<int:pk>/bounds/", views.bind, name="code_bind"),
    path("codes/<int:pk>/moves/<slug:name>/", views.move, name="code_move"),
]
