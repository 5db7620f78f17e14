from django.urls import path

from sharing.basket import views

urlpatterns = [
    path("basket/", views.basket, name="basket"),
    path("basket/put/", views.put, name="basket_put"),
    path("basket/<int:pk>/take-out/", views.take_out, name="basket_take_out"),
    path("batches/<slug:number>/", views.batch, name="batch"),
    path("batches/<slug:number>/moves/<slug:name>/", views.batch_move, name="batch_move"),
]
