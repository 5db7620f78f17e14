from django.urls import include, path

from catalog.views import editing, entry, imports, listing, reviewing, together, versions

app_name = "catalog"
urlpatterns = [
    path("", listing.search, name="search"),
    path("own/", listing.own_entries, name="own"),
    path("reviews/", listing.reviews, name="reviews"),
    path("together/", together.together, name="together"),
    path("export/", listing.export, name="export"),
    path("own/new/", editing.new, name="new"),
    path("own/new/forget/", editing.forget, name="forget_new"),
    path("<int:pk>/", entry.entry, name="entry"),
    path("<int:pk>/edit/", editing.edit, name="edit"),
    path("<int:pk>/forget/", editing.forget, name="forget"),
    path("<int:pk>/moves/<slug:name>/", entry.move, name="move"),
    path("<int:pk>/history/", entry.history, name="history"),
    path("<int:pk>/revisions/<int:number>/", versions.revision, name="revision"),
    path("<int:pk>/revisions/<int:number>/restore/", versions.restore, name="restore"),
    path("<int:pk>/compare/", versions.compare, name="compare"),
    path("<int:pk>/review/", reviewing.review, name="review"),
    path("", include("catalog.negative_list.urls")),
    path("", include("catalog.more_time.urls")),
    path("systems/", include("catalog.systems.urls")),
    path("projects/", include("catalog.projects.urls")),
    path("standards/", include("catalog.standards.urls")),
    path("provincial/", include("catalog.provincial.urls")),
    path("harvest/", include("catalog.harvest.urls")),
    path("imports/", imports.import_list, name="imports"),
    path("imports/template/", imports.template, name="template"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/<int:pk>/", imports.import_batch, name="import"),
    path("imports/<int:pk>/confirm/", imports.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/cancel/", imports.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/progress/", imports.import_progress, name="import_progress"),
    path("imports/<int:pk>/issues/", imports.import_issues, name="import_issues"),
    path("imports/<int:pk>/annotated/", imports.import_annotated, name="import_annotated"),
]
