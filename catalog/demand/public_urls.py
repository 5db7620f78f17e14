from django.urls import path

from catalog.demand.views import public

urlpatterns = [
    path("demands/", public.demands, name="demands"),
    path("demands/new/", public.new, name="demand_new"),
    path("demands/received/<slug:number>/", public.received, name="demand_received"),
    path("demands/<slug:number>/", public.demand, name="demand"),
    path("demands/<slug:number>/support/", public.support, name="demand_support"),
]
