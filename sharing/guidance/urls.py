from django.urls import path

from sharing.guidance import views

urlpatterns = [
    path("guidance/", views.ticket_list, name="guidance"),
    path("guidance/new/<int:pk>/", views.ticket_new, name="guidance_new"),
    path("guidance/<int:pk>/", views.ticket, name="guidance_ticket"),
    path("guidance/<int:pk>/moves/<slug:name>/", views.ticket_move, name="guidance_move"),
]
