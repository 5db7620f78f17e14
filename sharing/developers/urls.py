from django.urls import path

from sharing.developers.views import bureau

urlpatterns = [
    path("developers/", bureau.developer_list, name="developers"),
    path("developers/<int:pk>/", bureau.developer, name="developer"),
    path("developers/<int:pk>/moves/<slug:name>/", bureau.developer_move, name="developer_move"),
]
