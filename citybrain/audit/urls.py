from django.urls import path

from citybrain.audit.views import record

app_name = "audit"
urlpatterns = [
    path("", record.record_list, name="record_list"),
    path("export/", record.record_export, name="record_export"),
    path("head/", record.chain_head, name="chain_head"),
    path("<int:pk>/", record.record, name="record"),
]
