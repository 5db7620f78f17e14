"""The Celery app. What has to be done is always in the database; the queue only makes it quick."""

import os

from celery import Celery
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citybrain.settings")

app = Celery("citybrain", include=["citybrain.heartbeat", "citybrain.administration.tasks"])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()
