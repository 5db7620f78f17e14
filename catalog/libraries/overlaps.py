"""Which items several departments collect: counted in one statement, kept for the page to read."""

from django.db import connection, transaction
from django.utils import timezone

from catalog.choices import EntryState
from catalog.libraries.choices import TRIVIAL
from catalog.models import CatalogEntry, DataItem, ItemOverlap

# First by key and department, so that the many rows are folded by hashing and never sorted. Of the
# spellings of a name max() takes one without spaces.
_COUNT = f"""
    INSERT INTO {ItemOverlap._meta.db_table} (key, name, departments, entries, counted_at)
    SELECT key, max(name), count(*), sum(entries), %(now)s
    FROM (
        SELECT i.key, e.department_id, max(i.name) AS name, count(*) AS entries
        FROM {DataItem._meta.db_table} i
        JOIN {CatalogEntry._meta.db_table} e ON e.id = i.entry_id
        WHERE e.state = %(published)s AND e.revises_id IS NULL AND i.key <> ALL(%(trivial)s)
        GROUP BY i.key, e.department_id
    ) collected
    GROUP BY key
    HAVING count(*) > 1
"""  # noqa: S608 - names of tables


@transaction.atomic
def count_anew() -> int:
    """Counts all over again; returns how many items more than one department collects."""
    with connection.cursor() as cursor:
        # One count at a time: two would write the same keys.
        cursor.execute(f"LOCK TABLE {ItemOverlap._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        # Enough to fold millions of names without going by way of the disk.
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(f"DELETE FROM {ItemOverlap._meta.db_table}")  # noqa: S608
        cursor.execute(
            _COUNT,
            {
                "now": timezone.now(),
                "published": EntryState.PUBLISHED.value,
                "trivial": list(TRIVIAL),
            },
        )
        return int(cursor.rowcount)
