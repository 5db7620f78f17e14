"""Inside; the public's addresses are among those of the open catalog."""

from django.urls import path

from catalog.demand.views import handling

urlpatterns = [
    path("demands/", handling.demands, name="demands"),
    path("demands/adjustment/", handling.adjustment, name="demand_adjustment"),
    path("demands/<int:pk>/", handling.demand, name="demand"),
    path("demands/<int:pk>/moves/<slug:name>/", handling.move, name="demand_move"),
]
