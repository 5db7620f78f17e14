from django.urls import path

from catalog.libraries.views import libraries, sources

urlpatterns = [
    path("libraries/", libraries.overview, name="libraries"),
    path("libraries/new/", libraries.new, name="library_new"),
    path("libraries/<int:pk>/", libraries.detail, name="library"),
    path("libraries/<int:pk>/edit/", libraries.edit, name="library_edit"),
    path("sources/", sources.source_list, name="sources"),
    path("sources/count/", sources.source_count, name="source_count"),
    path("sources/item/", sources.source_item, name="source_item"),
]
