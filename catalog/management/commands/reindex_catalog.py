"""manage.py reindex_catalog: what entries are found by is derived anew, after the rules for it change."""

from typing import Any

from django.core.management.base import BaseCommand

from catalog.models import CatalogEntry
from catalog.services.reindexing import reindex


class Command(BaseCommand):
    help = "Derives anew what the entries of the catalog are found and sorted by."

    def handle(self, *_given: Any, **_options: Any) -> None:
        self.stdout.write(f"{reindex(CatalogEntry.objects.all())} entries.")
