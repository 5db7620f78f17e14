from django.urls import path

from citybrain.parameters import views

app_name = "parameters"
urlpatterns = [
    path("", views.parameters, name="parameters"),
    path("<slug:code>/", views.parameter, name="parameter"),
]
