"""New rows are checked as soon as they are served."""

from django.db import transaction

from catalog import tasks
from catalog.models import CatalogEntry
from catalog.quality import services
from catalog.quality.choices import Occasion
from citybrain.organizations.actors import Actor


def check_after_upload(entry: CatalogEntry, actor: Actor) -> None:
    """Called when the rows of an entry have been replaced; the worker starts after the commit."""
    check = services.request(entry=entry, occasion=Occasion.UPLOAD, actor=actor)
    if check is not None:
        transaction.on_commit(lambda: tasks.start_check(check.pk))
