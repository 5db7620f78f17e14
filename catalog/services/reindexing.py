"""What entries are found and sorted by, derived anew: after its rules change, or their department."""

from django.db.models import QuerySet

from catalog.models import CatalogEntry
from catalog.services.content import derive

CHUNK = 500


def reindex(entries: "QuerySet[CatalogEntry]") -> int:
    """Derives it for these entries, in pieces; returns how many they were."""
    done = last = 0
    rows = entries.select_related("department").prefetch_related("items")
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        for entry in chunk:
            derive(entry, list(entry.items.all()))
            CatalogEntry.objects.filter(pk=entry.pk).update(
                title_key=entry.title_key,
                title_pinyin=entry.title_pinyin,
                search=entry.search,
            )
        done, last = done + len(chunk), chunk[-1].pk
    return done
