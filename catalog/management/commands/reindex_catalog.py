"""manage.py reindex_catalog: what entries are found by is derived anew, after the rules for it change."""

from typing import Any

from django.core.management.base import BaseCommand

from catalog.models import CatalogEntry
from catalog.services.content import derive

CHUNK = 500


class Command(BaseCommand):
    help = "Derives anew what the entries of the catalog are found and sorted by."

    def handle(self, *_given: Any, **_options: Any) -> None:
        done = last = 0
        rows = CatalogEntry.objects.select_related("department").prefetch_related("items")
        while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
            for entry in chunk:
                derive(entry, list(entry.items.all()))
                CatalogEntry.objects.filter(pk=entry.pk).update(
                    title_key=entry.title_key,
                    title_pinyin=entry.title_pinyin,
                    search=entry.search,
                )
            done, last = done + len(chunk), chunk[-1].pk
        self.stdout.write(f"{done} entries.")
